// Names offered behind an `@`: who is in the room, and, for who may, all.
import { nameAskedAt, namesFor } from "../../../model/room/completion";
import { leads } from "../../../model/room/line-acts";
import { partsAt } from "../../../model/room/matched";
import { ordered } from "../../../model/room/people";
import type { RoomState } from "../../../model/room/state";
import { m } from "../../../paraglide/messages.js";
import { locale } from "../../words/locale.svelte";
import type { Offer, Offering } from "./completing.svelte";
import { fetchReadings, readings } from "./readings.svelte";

export function nameOffers(room: () => RoomState): Offering {
  return {
    ask: nameAskedAt,
    offers(query) {
      const { people, you } = room();
      // In the order in which they are listed: who is as good a match stands where one looks for them.
      const others = ordered(people.filter(({ member }) => member !== you?.member), null, locale());
      const named = namesFor(query, others, readings).map(({ person: { member, nickname }, parts }): Offer => ({ kind: "name", member, nickname, parts }));
      const all = m.mention_all();
      const isAll = leads(room()) && all.startsWith(query.toLowerCase()) && all !== query;
      return isAll ? [...named, { kind: "name", member: null, nickname: all, parts: partsAt(all, [[0, query.length]]) }] : named;
    },
    fetch: fetchReadings,
    taken: (offer) => (offer.kind === "name" ? `@${offer.nickname} ` : ""),
  };
}
