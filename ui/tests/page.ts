// The page on a scripted transport, for the tests that work it as a user does.
import { cleanup, configure, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, vi } from "vitest";
import { Hearth } from "../src/model/hearth.svelte";
import App from "../src/view/App.svelte";
import { appOnly } from "../src/view/app-only";
import { type Scene, sceneOf } from "./gallery/scenes";
import { type Script, scripted } from "./gallery/scripted";

// The dialogs are loaded when they are first opened, and a busy machine takes its time to compile them.
configure({ asyncUtilTimeout: 30_000 });
vi.setConfig({ testTimeout: 40_000 });

beforeEach(() => localStorage.clear());
afterEach(cleanup);

export async function page(scene: Scene, change: (script: Script) => void = () => {}) {
  // What one test changes of a scene is no other one's.
  const script = structuredClone(sceneOf(scene));
  script.app.settings.language = "zh-CN";
  change(script);
  const transport = scripted(script);
  const hearth = new Hearth(transport);
  hearth.start();
  await hearth.told;
  const { unmount } = render(App, { props: { hearth, appOnly } });
  return { transport, hearth, unmount };
}

export const find = (id: string): Promise<HTMLElement> => screen.findByTestId(id);
export const type = async (id: string, value: string): Promise<boolean> => fireEvent.input(await find(id), { target: { value } });

/** Waits for what a busy machine takes its time to do. */
export const soon = <T>(check: () => T | Promise<T>): Promise<T> => vi.waitFor(check, { timeout: 20_000 });

/** A menu opens where the pointer goes down, and its items act where it goes up. */
export async function press(element: HTMLElement): Promise<void> {
  await fireEvent.keyDown(element, { key: "Enter" });
  await fireEvent.click(element);
}
