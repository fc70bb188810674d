// Which emoji the fonts of this computer have a picture for. An old system has none for the newer ones, and Windows none for flags.
import { lazy } from "../../../model/base/lazy";
import type { NamedEmoji } from "../../../model/room/emoji-names";

/** One of each version that fonts may lack; a version came into them as a whole. */
const NEWEST_OF: Readonly<Record<number, string>> = { 13: "🥲", 14: "🫠", 15: "🫨" };
const FLAGS = 9;
const FLAG = "🇨🇳";
const JOINER = "\u200d";

export function isDrawn({ emoji, group, version }: Pick<NamedEmoji, "emoji" | "group" | "version">): boolean {
  const { newest, flags, isOne } = fonts();
  return version <= newest && (group !== FLAGS || flags) && (!emoji.includes(JOINER) || isOne(emoji));
}

const fonts = lazy(() => {
  const lacks = Object.entries(NEWEST_OF).find(([, emoji]) => !isPicture(emoji));
  return { newest: lacks === undefined ? Infinity : Number(lacks[0]) - 1, flags: isPicture(FLAG), isOne: measure() };
});

/** What tells whether joined emoji are one picture, and not as many as there are parts. */
function measure(): (emoji: string) => boolean {
  const paper = document.createElement("canvas").getContext("2d");
  if (paper === null) return () => true;
  paper.font = `${SIZE}px sans-serif`;
  const width = paper.measureText("😀").width * 1.5;
  return (emoji) => paper.measureText(emoji).width < width;
}

/** In pixels; enough to see colours. */
const SIZE = 16;

/** A picture has colours of its own, whatever ink it is written with; the box in place of one that is lacking has not. */
function isPicture(emoji: string): boolean {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE;
  const paper = canvas.getContext("2d", { willReadFrequently: true });
  // Nobody knows then.
  if (paper === null) return true;
  const written = ["#f00", "#00f"].map((ink) => {
    paper.clearRect(0, 0, SIZE, SIZE);
    paper.font = `${SIZE - 2}px sans-serif`;
    paper.textBaseline = "top";
    paper.fillStyle = ink;
    paper.fillText(emoji, 0, 0);
    return paper.getImageData(0, 0, SIZE, SIZE).data.join();
  });
  return written[0] === written[1];
}
