// Pasting: what comes into the message box at once, by the clipboard, the mouse or an input method. Text goes in, with its form as Markdown;
// what is too long for a message stays outside, and what is no text is said.
import { beginning, exceeds, htmlOf, textOf } from "../../../model/text/incoming";
import { isInCode } from "../../../model/text/in-code";
import { utf8Bytes } from "../../../wire";

type Convert = (html: string, alone: boolean) => string | null;

let convert: Convert | null = null;

/** Fetches what reads rich text: a paste is done at once and in order, so it must be there before. Until then text is plain. */
export function fetchRichText(): void {
  void import("./rich-text").then(({ markdownOf }) => (convert = markdownOf), () => {});
}

export interface PastedInto {
  readonly box: HTMLTextAreaElement;
  /** The bytes of a message. */
  readonly limit: number;
  /** Whether the page is in a browser. */
  readonly guest: boolean;
}

export class Pasting {
  /** What is longer than a message. It is not in the box. */
  tooMuch = $state.raw<string | null>(null);
  /** Whether what came last was no text. */
  refused = $state(false);
  /** Whether the next paste is wanted without its form. */
  #plain = false;

  constructor(
    private readonly into: () => PastedInto,
    /** Puts a text where the caret is, so that it can be undone. */
    private readonly insert: (text: string) => void,
  ) {}

  onkeydown({ key, ctrlKey, metaKey, shiftKey }: KeyboardEvent): void {
    this.#plain = (ctrlKey || metaKey) && shiftKey && key.toLowerCase() === "v";
  }

  /** Plain text goes in as the engine puts it. */
  onpaste(event: ClipboardEvent): void {
    const parcel = event.clipboardData;
    if (parcel === null) return;
    const { box, limit, guest } = this.into();
    const text = textOf(parcel);
    const asMarkdown = this.#plain || isInCode(box.value, box.selectionStart) || exceeds(text ?? "", limit) ? null : this.#markdown(htmlOf(parcel), text === null);
    this.#plain = false;
    if (asMarkdown !== null && (text === null || !exceeds(asMarkdown, limit))) {
      event.preventDefault();
      this.refused = false;
      // Where a menu asked the engine to paste, it does nothing else until that is done.
      if (!this.#isTooMuch(asMarkdown)) queueMicrotask(() => this.insert(asMarkdown));
    } else if (text !== null) {
      this.#takeOnlyIfItFits(event, text);
    } else {
      event.preventDefault();
      // A picture is nothing to WebKitGTK; to a browser, nothing is nothing.
      this.refused = !guest || parcel.types.length > 0;
    }
  }

  #markdown(html: string, alone: boolean): string | null {
    if (html !== "" && convert === null) fetchRichText();
    return html === "" ? null : (convert?.(html, alone) ?? null);
  }

  onbeforeinput(event: InputEvent): void {
    this.#takeOnlyIfItFits(event, event.data ?? event.dataTransfer?.getData("text/plain") ?? "");
  }

  /** What was dropped somewhere else; `null`: it was no text. */
  receive(text: string | null): void {
    this.refused = text === null;
    if (text !== null) this.insert(text);
  }

  #takeOnlyIfItFits(event: Event, text: string): void {
    if (this.#isTooMuch(text)) event.preventDefault();
  }

  #isTooMuch(text: string): boolean {
    if (!exceeds(text, this.into().limit)) return false;
    this.tooMuch = text;
    return true;
  }

  keepBeginning(): void {
    const { box, limit } = this.into();
    const text = this.tooMuch ?? "";
    this.tooMuch = null;
    const { value, selectionStart, selectionEnd } = box;
    this.insert(beginning(text, limit - utf8Bytes(value.slice(0, selectionStart) + value.slice(selectionEnd))));
  }

  /** Something was sent: all of it is done with. */
  end(): void {
    this.tooMuch = null;
    this.refused = false;
  }
}
