// Words for errors: every way in which something fails, and what to do next. A new variant does not compile until it has
// its words (`never`).
import { IN_APP } from "../../model/base/in-app";
import { m } from "../../paraglide/messages.js";
import type { AddressError, AppError, CertificateProblem, ConnectError, Failure, RefusalCode, RoomProblem, StartError } from "../../wire";

/** Why a command failed. */
export function appErrorWords(error: AppError): string {
  switch (error.error) {
    case "address":
      return IN_APP ? addressErrorWords(error.address) : plain(error);
    case "connect":
      return connectErrorWords(error.connect);
    case "other_key":
      return IN_APP ? m.app_other_key({ address: error.address }) : plain(error);
    case "host":
      return IN_APP ? startErrorWords(error.host) : plain(error);
    case "room":
      return IN_APP ? roomProblemWords(error.problem) : plain(error);
    case "nickname_empty":
      return m.nickname_empty();
    case "nickname_too_long":
      return m.nickname_too_long_limit({ limit: error.limit });
    case "link_refused":
      return m.app_link_refused();
    case "unknown_room":
      return m.app_unknown_room();
    case "busy":
      return IN_APP ? m.app_busy() : plain(error);
    case "password_too_long":
      return IN_APP ? m.app_password_too_long() : plain(error);
    case "too_many_invites":
      return IN_APP ? m.app_too_many_invites() : plain(error);
    case "unknown_invite":
      return IN_APP ? m.app_unknown_invite() : plain(error);
    case "no_download_folder":
      return IN_APP ? m.app_no_download_folder() : plain(error);
    case "system":
      return m.app_system({ message: error.message });
    default:
      return unknown(error);
  }
}

/** Why an input is no address. */
export function addressErrorWords(error: AddressError): string {
  switch (error.reason) {
    case "empty":
      return m.address_empty();
    case "scheme":
      return m.address_scheme({ scheme: error.scheme });
    case "port":
      return m.address_port();
    case "host":
      return m.address_host();
    case "link":
      return m.address_link();
    case "no_link":
      return m.address_no_link();
    case "several":
      return m.address_several();
    default:
      return unknown(error);
  }
}

/** Why a room is not reached, or no longer. */
export function connectErrorWords(error: ConnectError): string {
  switch (error.code) {
    case "name_not_found":
      return m.connect_name_not_found({ host: error.host });
    case "no_zone":
      return m.connect_no_zone({ zone: error.zone });
    case "refused":
      return m.connect_refused({ host: error.host, port: error.port });
    case "unreachable":
      return m.connect_unreachable({ host: error.host });
    case "timed_out":
      return m.connect_timed_out({ host: error.host, port: error.port, seconds: error.seconds });
    case "not_web_socket": {
      const { host, port, status } = error;
      return status === null ? m.connect_not_web_socket({ host, port }) : m.connect_not_web_socket_status({ host, port, status });
    }
    case "certificate":
      return certificateWords(error.host, error.problem);
    case "wrong_key":
      return m.connect_wrong_key({ host: error.host });
    case "no_tls":
      return m.connect_no_tls({ host: error.host, port: error.port });
    case "wrong_version":
      return m.connect_wrong_version({ host: error.host, version: error.version });
    case "wrong_dialect":
      return m.connect_wrong_dialect({ host: error.host });
    case "room_full":
      return m.connect_room_full();
    case "address_limit":
      return m.connect_address_limit();
    case "origin_refused":
      return m.connect_origin_refused();
    case "host_name":
      return m.connect_host_name({ host: error.host });
    case "rate_refused":
      return m.connect_rate_refused();
    case "hello_refused":
      return m.connect_hello_refused({ reason: refusalWords(error.reason) });
    case "host_stopped":
      return m.connect_host_stopped();
    case "link_broken":
      return m.connect_link_broken();
    case "silent":
      return m.connect_silent({ seconds: error.seconds });
    case "cancelled":
      return m.connect_cancelled();
    default:
      return unknown(error);
  }
}

/** Why a room cannot be hosted. */
function startErrorWords(error: StartError): string {
  switch (error.code) {
    case "port_taken":
      // The app has tried others before it says so; 0 is any of them.
      return error.port === 0 ? m.start_no_port() : m.start_port_taken({ port: error.port });
    case "port_forbidden":
      return m.start_port_forbidden({ port: error.port });
    case "port_refused_by_browsers":
      return m.start_port_refused_by_browsers({ port: error.port });
    case "address_not_local":
      return m.start_address_not_local({ address: error.address });
    case "unreadable":
      return m.start_unreadable({ message: error.message });
    case "system":
      return m.start_system({ message: error.message });
    default:
      return unknown(error);
  }
}

/** What is wrong with a room that is kept on this computer. */
export function roomProblemWords(problem: RoomProblem): string {
  switch (problem.code) {
    case "in_use":
      return m.room_in_use();
    case "damaged":
      return m.room_damaged({ file: problem.file });
    case "too_new":
      return m.room_too_new({ file: problem.file });
    case "full":
      return m.room_disk_full();
    case "system":
      return m.room_system({ file: problem.file, message: problem.message });
    default:
      return unknown(problem);
  }
}

/** Why a line was not sent, as a whole sentence. */
export function failureWords(failure: Failure): string {
  switch (failure.code) {
    case "refused":
      return m.line_failed({ reason: refusalWords(failure.reason) });
    case "unconfirmed":
      return m.line_unconfirmed({ reason: m.failure_unconfirmed() });
    case "not_echoed":
      return m.line_unconfirmed({ reason: m.failure_not_echoed() });
    case "came_back_changed":
      return m.line_unconfirmed({ reason: m.failure_came_back_changed() });
    case "other_room":
      return m.line_failed({ reason: m.failure_other_room() });
    default:
      return unknown(failure);
  }
}

/** Why a host said no; goes on after a colon. */
export function refusalWords(code: RefusalCode): string {
  return REFUSALS[code]();
}

const REFUSALS: Record<RefusalCode, () => string> = {
  malformed: m.refusal_malformed,
  unknown_type: m.refusal_unknown_type,
  hello_expected: m.refusal_hello_expected,
  nickname_empty: m.refusal_nickname_empty,
  nickname_too_long: m.refusal_nickname_too_long,
  text_empty: m.refusal_text_empty,
  text_too_long: m.refusal_text_too_long,
  rate_limited: m.refusal_rate_limited,
  room_full: m.refusal_room_full,
  address_limit: m.refusal_address_limit,
  origin: m.refusal_origin,
  host_name: m.refusal_host_name,
  storage: m.refusal_storage,
  invite_needed: m.refusal_invite_needed,
  password_needed: m.refusal_password_needed,
  invite_unknown: m.refusal_invite_unknown,
  invite_expired: m.refusal_invite_expired,
  invite_revoked: m.refusal_invite_revoked,
  invite_used_up: m.refusal_invite_used_up,
  password_wrong: m.refusal_password_wrong,
  too_many_guesses: m.refusal_too_many_guesses,
  read_only: m.refusal_read_only,
  line_gone: m.refusal_line_gone,
  not_yours: m.refusal_not_yours,
  too_many: m.refusal_too_many,
  owners_only: m.refusal_owners_only,
  other: m.refusal_other,
};

function certificateWords(host: string, problem: CertificateProblem): string {
  switch (problem) {
    case "unknown_issuer":
      return m.connect_certificate_unknown_issuer({ host });
    case "expired":
      return m.connect_certificate_expired({ host });
    case "wrong_name":
      return m.connect_certificate_wrong_name({ host });
    case "other":
      return m.connect_certificate_other({ host });
    default:
      return unknown(problem);
  }
}

/** Nothing gets here unless the shell is newer than the page; then its own words are better than none. */
function unknown(error: never): string {
  return plain(error);
}

function plain(error: unknown): string {
  return m.app_system({ message: JSON.stringify(error) });
}
