// What a guest may ask for later comes by the same line as what was said, which goes first. And it comes unasked: a host
// that is gone can give no more of its page, and the next one may have another.
const TALK_FIRST_MS = 1000;

/** Does something when the talk has had its time since the welcome; what it returns calls it off. */
export function afterTheTalk(then: () => void): () => void {
  const timer = setTimeout(then, TALK_FIRST_MS);
  return () => clearTimeout(timer);
}

/** Fetches it. */
export function fetchAhead(): void {
  void Promise.allSettled([
    import("../dialogs/SettingsDialog.svelte"), import("../joining/NicknameDialog.svelte"),
    import("../room/search/SearchPanel.svelte"), import("../room/header/PeopleButton.svelte"), import("../room/header/RoomMenu.svelte"),
  ]);
}
