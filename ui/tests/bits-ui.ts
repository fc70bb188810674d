// What the page uses of bits-ui, without the rest: see vite.config.ts.
export { ContextMenu } from "../node_modules/bits-ui/dist/bits/context-menu";
export { Dialog } from "../node_modules/bits-ui/dist/bits/dialog";
export { DropdownMenu } from "../node_modules/bits-ui/dist/bits/dropdown-menu";
export { Popover } from "../node_modules/bits-ui/dist/bits/popover";
