// The highlighter, with the languages that people share most. It is large: nothing but `code-colours.ts` imports it, and that when it
// is needed.
import { common, createLowlight } from "lowlight";

export const highlighter = createLowlight(common);
