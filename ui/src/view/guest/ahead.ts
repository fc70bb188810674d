// A host that is gone can give no more of its page, and the next one may have another: what the guest may ask for later is
// fetched while the host is there, after the talk has come.
const LET_THE_TALK_COME_MS = 3000;

/** Begins to; what it returns calls it off. */
export function fetchAhead(): () => void {
  const timer = setTimeout(() => {
    void Promise.allSettled([
      import("../dialogs/SettingsDialog.svelte"), import("../dialogs/NicknameDialog.svelte"),
      import("../room/SearchPanel.svelte"), import("../room/PeopleButton.svelte"), import("../room/RoomMenu.svelte"),
    ]);
  }, LET_THE_TALK_COME_MS);
  return () => clearTimeout(timer);
}
