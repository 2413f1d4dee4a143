// Sheets of comma-separated values, in the formats that spreadsheet programs write and copy.

/** @typedef {{ number: number, cells: string[] }} Row `number`: the row number in a spreadsheet program. The first row is 1, and empty rows count. */

/**
 * Returns the rows of a sheet. The first line that isn't empty determines the separator: a tab, a semicolon or a comma. Empty rows are left out.
 * @param {string} text
 * @returns {Row[]}
 */
export function parse(text) {
  const plain = text.replace(/^\uFEFF/, "");
  const head = plain.split(/\r?\n/).find((line) => line.trim() !== "") ?? "";
  const separator = ["\t", ";"].find((one) => head.includes(one)) ?? ",";
  /** @type {string[][]} */
  const rows = [[]];
  let cell = "";
  let isQuoted = false;
  const end = () => {
    rows.at(-1)?.push(cell);
    cell = "";
  };
  for (let at = 0; at < plain.length; at++) {
    const character = plain[at];
    if (isQuoted) {
      if (character === '"' && plain[at + 1] === '"') (cell += '"'), at++;
      else if (character === '"') isQuoted = false;
      else cell += character;
    } else if (character === '"' && cell === "") isQuoted = true;
    else if (character === separator) end();
    else if (character === "\n") end(), rows.push([]);
    else if (character !== "\r") cell += character;
  }
  end();
  return rows.map((cells, index) => ({ number: index + 1, cells })).filter(({ cells }) => cells.some((one) => one.trim() !== ""));
}

/** Returns the cells as a sheet with commas. @param {string[][]} rows */
export function write(rows) {
  const quoted = (/** @type {string} */ text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return `${rows.map((row) => row.map(quoted).join(",")).join("\n")}\n`;
}

/** Returns the rows as a sheet. The rows keep their numbers, so rows that were left out become empty lines. @param {Row[]} rows */
export function writeRows(rows) {
  return rows.map(({ number, cells }, index) => "\n".repeat(number - (rows[index - 1]?.number ?? 0) - 1) + write([cells])).join("");
}

/**
 * Returns the column of a header cell. A header cell can contain the displayed name or the API's name.
 * @param {string} name
 * @param {Record<string, string>} columns
 */
export function columnOf(name, columns) {
  const plain = (/** @type {string} */ text) => text.trim().toLocaleLowerCase();
  const called = Object.keys(columns).find((key) => plain(columns[key] ?? "") === plain(name));
  return called ?? name.trim().toLowerCase().replaceAll(" ", "_");
}
