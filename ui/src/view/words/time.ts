// Words for times and days.
import { dayOf } from "../../model/room/rows";
import { m } from "../../paraglide/messages.js";

/** `12:01`, the same in all our languages: the browser would read its tables of a language before the first line is shown. */
export function clockTime(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes()].map((part) => String(part).padStart(2, "0")).join(":");
}

/** The whole moment, for a title. */
export function moment(at: number, locale: string): string {
  return format(locale, { dateStyle: "full", timeStyle: "medium" }).format(at);
}

/** The day and the time, as short as it can be told: `12:01`, `11-21 12:01`, `2025-11-21 12:01` in the reader's own form. */
export function shortMoment(at: number, now: number, locale: string): string {
  const time = clockTime(at);
  if (dayOf(at) === dayOf(now)) return time;
  return `${shortDay(at, now, locale)} ${time}`;
}

/** A date without its weekday; with the year when it is another one. */
function shortDay(at: number, now: number, locale: string): string {
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return format(locale, { ...(sameYear ? {} : { year: "numeric" }), month: "short", day: "numeric" }).format(at);
}

/** Today, yesterday, or the date; with the year when it is another one. */
export function dayWords(day: number, now: number, locale: string): string {
  const today = dayOf(now);
  if (day === today) return m.today();
  if (day === dayOf(today - 1)) return m.yesterday();
  const sameYear = new Date(day).getFullYear() === new Date(now).getFullYear();
  return format(locale, { ...(sameYear ? {} : { year: "numeric" }), month: "long", day: "numeric", weekday: "long" }).format(day);
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale + JSON.stringify(options);
  let known = formats.get(key);
  if (!known) formats.set(key, (known = new Intl.DateTimeFormat(locale, options)));
  return known;
}
