// What the gallery shows: the states of the page that are worth looking at.
import type { Script } from "../scripted";
import { guestScenes } from "./guests";
import { hostingScenes } from "./hosting";
import { joiningScenes } from "./joining";
import { lineScenes } from "./lines";
import { talkScenes } from "./talk";
import { tallScenes } from "./tall";
import { writingScenes } from "./writing";

const SCENES = { ...joiningScenes, ...talkScenes, ...lineScenes, ...writingScenes, ...tallScenes, ...hostingScenes, ...guestScenes };

export type Scene = keyof typeof SCENES;

export const sceneNames = Object.keys(SCENES) as Scene[];

export function sceneOf(scene: Scene): Script {
  return SCENES[scene]();
}
