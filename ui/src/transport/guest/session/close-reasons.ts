// Close reasons: what close codes and refusals mean to the page, and whether trying again makes sense. As `error.rs`.
import type { ConnectError, RefusalCode } from "../../../wire";

/** What the end of a connection means. 1005 is what a browser calls a close frame without a code. */
export function fromClose(code: number): ConnectError {
  switch (code) {
    case 1000:
    case 1001:
    case 1005:
      return { code: "host_stopped" };
    case 1008:
    case 1009:
      return { code: "rate_refused" };
    case 4000:
      return { code: "hello_refused", reason: "hello_expected" };
    case 4001:
      return { code: "room_full" };
    case 4002:
      return { code: "hello_refused", reason: "other" };
    default:
      return { code: "link_broken" };
  }
}

/** What a refusal of the hello means for someone who came by the name `host`. */
export function fromRefusal(reason: RefusalCode, host: string): ConnectError {
  switch (reason) {
    case "room_full":
      return { code: "room_full" };
    case "address_limit":
      return { code: "address_limit" };
    case "origin":
      return { code: "origin_refused" };
    case "host_name":
      return { code: "host_name", host };
    case "rate_limited":
      return { code: "rate_refused" };
    default:
      return { code: "hello_refused", reason };
  }
}

/** Whether trying again by itself makes no sense: only a person can change what is wrong. */
export function isFinal(error: ConnectError): boolean {
  switch (error.code) {
    case "certificate":
    case "wrong_version":
    case "wrong_dialect":
    case "origin_refused":
    case "host_name":
    case "cancelled":
      return true;
    case "hello_refused":
      // A host that cannot store may have room on its disk a minute later. One that has waited for a hello in vain has
      // not got what was sent: the link was bad.
      return error.reason !== "storage" && error.reason !== "hello_expected";
    default:
      return false;
  }
}

/** Whether there is no sign of a computer at the address, awake and in reach. */
export function isNobodyThere(error: ConnectError): boolean {
  return error.code === "name_not_found" || error.code === "unreachable" || error.code === "timed_out";
}

/** Whether it says no more than that nobody answers. */
export function isNoAnswer(error: ConnectError): boolean {
  return error.code === "refused" || error.code === "timed_out" || error.code === "link_broken";
}
