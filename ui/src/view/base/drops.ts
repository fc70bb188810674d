// What is dropped on the window: it leads nowhere and opens nothing. Text goes into a field that it is dropped on; that a file
// cannot be taken is said.
import { hasFiles } from "../../model/text/incoming";

/** Stands guard over what is dropped; `refused`: what to do when it is nothing that can be taken. Gives what ends it. */
export function guardDrops(refused: () => void): () => void {
  const guard = new AbortController();
  const { signal } = guard;

  addEventListener("dragover", (event) => {
    if (isForField(event)) return;
    event.preventDefault();
    // Where it is refused, it is said why; elsewhere the pointer shows that there is nothing to drop on.
    if (event.dataTransfer) event.dataTransfer.dropEffect = hasFiles(event.dataTransfer) ? "copy" : "none";
  }, { signal });
  addEventListener("drop", (event) => {
    if (isForField(event)) return;
    event.preventDefault();
    if (event.dataTransfer && !(isText(event.dataTransfer))) refused();
  }, { signal });
  return () => guard.abort();
}

function isForField({ target, dataTransfer }: DragEvent): boolean {
  return target instanceof Element && target.closest("textarea, input") !== null && dataTransfer !== null && isText(dataTransfer);
}

/** While it is dragged, only the types of what comes are known. */
function isText(parcel: DataTransfer): boolean {
  return parcel.types.includes("text/plain") && !hasFiles(parcel);
}
