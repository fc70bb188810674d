// The names of dialogs.

/** The dialogs that the user opens. */
export type DialogName = "host" | "join" | "nickname" | "settings" | "leave" | "own-rooms" | "access" | "invite" | "doctor" | "link" | "keys";
