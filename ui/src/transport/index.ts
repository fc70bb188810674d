// What a transport is, to those who use one.
export { Refusal, refusalOf } from "./refusal";
export type { Abilities, AppTransport, Door, RoomTransport, Transport, Unsubscribe } from "./transport";
