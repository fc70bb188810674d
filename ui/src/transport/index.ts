export { Refusal, refusalOf } from "./refusal";
export type { Abilities, Transport, Unsubscribe } from "./transport";
