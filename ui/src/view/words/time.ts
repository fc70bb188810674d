import { m } from "../../paraglide/messages.js";
import { dayOf } from "../../model/timeline";

/** `12:01`. */
export function clockTime(at: number, locale: string): string {
  return format(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
}

/** The whole moment, for a title. */
export function moment(at: number, locale: string): string {
  return format(locale, { dateStyle: "full", timeStyle: "medium" }).format(at);
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
