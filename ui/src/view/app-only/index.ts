// What the app has and a guest's page has not, in one piece, so that it is no part of the guest's build: rooms beside the
// conversation, the two things to begin with, how others get in, the dialogs of all that, and the window around it.
import type { Component } from "svelte";
import type { Hosted } from "../../model/hosting/invites";
import type { DialogName } from "../base/dialogs";
import FirstMinute from "../hosting/FirstMinute.svelte";
import Rail from "../rail/Rail.svelte";
import Dialogs from "./Dialogs.svelte";
import Frame from "./Frame.svelte";
import Welcome from "./Welcome.svelte";

export interface AppOnly {
  Rail: Component<{ open: (name: DialogName) => void }>;
  Welcome: Component;
  FirstMinute: Component<{ hosted: Hosted; name: string; open: (name: DialogName) => void }>;
  Frame: Component;
  Dialogs: Component<{ dialog: DialogName | null; drawer: boolean; open: (name: DialogName) => void; close: () => void; closeDrawer: () => void }>;
}

export const appOnly: AppOnly = { Rail, Welcome, FirstMinute, Frame, Dialogs };
