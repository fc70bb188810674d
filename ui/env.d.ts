// What the builds of the page say of themselves.
interface ImportMetaEnv {
  /** Said where the page for guests is built. */
  readonly VITE_GUEST?: string;
}
