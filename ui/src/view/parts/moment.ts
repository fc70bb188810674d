// The tooltip of a time: its whole moment.
import { locale } from "../words/locale.svelte";
import { moment } from "../words/time";

/**
 * Puts the whole moment into the title of a time when the pointer comes to it. Made for all times in sight, it would keep
 * the conversation from being shown while the browser reads its tables of a language.
 */
export function tellMoment(event: { currentTarget: HTMLElement }, at: number): void {
  event.currentTarget.title = moment(at, locale());
}
