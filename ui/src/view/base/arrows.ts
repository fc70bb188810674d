// Arrow keys in a list: one of its parts has the focus, and is its one stop for Tab (roving tabindex).
import type { Attachment } from "svelte/attachments";

/** Up, Down, Home and End go through the parts of a list; through those of a row, Left and Right. */
export function arrows(parts: string, lie: "below" | "beside" = "below"): Attachment<HTMLElement> {
  const [back, on] = lie === "below" ? ["ArrowUp", "ArrowDown"] as const : ["ArrowLeft", "ArrowRight"] as const;
  return (list) => {
    const all = (): HTMLElement[] => [...list.querySelectorAll<HTMLElement>(parts)];
    const only = (current: HTMLElement | undefined): void => {
      for (const part of all()) part.tabIndex = part === current ? 0 : -1;
    };
    const settle = (): void => {
      const there = all();
      only(there.find((part) => part === document.activeElement) ?? there.find((part) => part.ariaCurrent) ?? there.find((part) => part.tabIndex === 0) ?? there[0]);
    };
    const onkeydown = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      const there = all();
      const at = there.indexOf(event.target as HTMLElement);
      const next = { [back]: at - 1, [on]: at + 1, Home: 0, End: there.length - 1 }[event.key];
      if (at < 0 || next === undefined) return;
      event.preventDefault();
      there[next]?.focus();
    };
    const onfocusin = (event: FocusEvent): void => {
      if ((event.target as HTMLElement).matches(parts)) only(event.target as HTMLElement);
    };
    const observer = new MutationObserver(settle);
    observer.observe(list, { childList: true, subtree: true, attributeFilter: ["aria-current"] });
    list.addEventListener("keydown", onkeydown);
    list.addEventListener("focusin", onfocusin);
    settle();
    return () => {
      observer.disconnect();
      list.removeEventListener("keydown", onkeydown);
      list.removeEventListener("focusin", onfocusin);
    };
  };
}
