// The app's page.
import { start } from "./start";
import { desktop } from "./transport/desktop";
import { desk } from "./view/app-only";

start(desktop(), desk);
