// What `scripts/emoji.ts` gives the page; `src/model/room/emoji-names.ts` says what is what.
declare module "virtual:emoji/en" {
  const data: readonly (readonly [string, number, string, string, string, number])[];
  export default data;
}
declare module "virtual:emoji/zh-CN" {
  const words: readonly (readonly [string, string, string, string])[];
  export default words;
}
declare module "virtual:emoji/zh-TW" {
  const words: readonly (readonly [string, string, string, string])[];
  export default words;
}
