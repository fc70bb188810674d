// Prefetching: the parts of the page that a guest may ask for later come unasked. A host that is gone can give no more of its
// page, and the next one may have another.

/** Fetches them. */
export function prefetch(): void {
  void Promise.allSettled([
    import("../settings/SettingsDialog.svelte"), import("../settings/KeysDialog.svelte"), import("../joining/NicknameDialog.svelte"),
    import("../room/search/SearchPanel.svelte"), import("../room/header/PeopleButton.svelte"), import("../room/header/RoomMenu.svelte"),
    import("../room/menu/ContextMenuItems.svelte"),
  ]);
}
