// The app's page.
import { start } from "./start";
import { desktop } from "./transport/desktop";
import { appOnly } from "./view/app-only";

start(desktop(), appOnly);
