// The grid of the emoji picker: its groups, its rows, and where a key leads. Pure.

/** As many stand in a row; on the narrowest telephone there is room for them. */
export const COLUMNS = 8;

export type Group = "used" | "people" | "nature" | "food" | "travel" | "activities" | "objects" | "symbols" | "flags";

/** The groups of Unicode's table (`of`), as they are shown; faces and people are one. */
export const GROUPS: readonly { readonly group: Group; readonly of: readonly number[]; readonly picture: string }[] = [
  { group: "people", of: [0, 1], picture: "😀" }, { group: "nature", of: [3], picture: "🌱" }, { group: "food", of: [4], picture: "🍜" },
  { group: "travel", of: [5], picture: "🚲" }, { group: "activities", of: [6], picture: "⚽" }, { group: "objects", of: [7], picture: "💡" },
  { group: "symbols", of: [8], picture: "❤️" }, { group: "flags", of: [9], picture: "🚩" },
];

export function rowsOf<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / COLUMNS) }, (_, row) => all.slice(row * COLUMNS, (row + 1) * COLUMNS));
}

export interface Place { readonly row: number; readonly column: number }

/** By so many rows a page goes on. */
const PAGE = 5;

/** Where a key leads in rows of such lengths: out of them above (`null`), or nowhere (`undefined`) where it is no key of a grid. */
export function stepped(lengths: readonly number[], { row, column }: Place, key: string): Place | null | undefined {
  const last = lengths.length - 1;
  const end = (at: number): number => Math.max(0, (lengths[at] ?? 1) - 1);
  const vertical = (by: number): Place => {
    const to = Math.min(last, Math.max(0, row + by));
    return { row: to, column: Math.min(column, end(to)) };
  };
  switch (key) {
    case "ArrowUp":
      return row === 0 ? null : vertical(-1);
    case "ArrowDown":
      return vertical(1);
    case "PageUp":
      return vertical(-PAGE);
    case "PageDown":
      return vertical(PAGE);
    case "ArrowLeft":
      if (column > 0) return { row, column: column - 1 };
      return row > 0 ? { row: row - 1, column: end(row - 1) } : { row, column };
    case "ArrowRight":
      if (column < end(row)) return { row, column: column + 1 };
      return row < last ? { row: row + 1, column: 0 } : { row, column };
    case "Home":
      return { row, column: 0 };
    case "End":
      return { row, column: end(row) };
    default:
      return undefined;
  }
}
