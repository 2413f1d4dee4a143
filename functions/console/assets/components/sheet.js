// Sheets of comma-separated values, as spreadsheet programs write and copy them.

/** @typedef {{ number: number, cells: string[] }} Row `number`: as a spreadsheet program counts. The first row is 1, and empty rows count too. */

/**
 * The rows of a sheet. The first line that isn't empty says what separates their cells: a tab, a semicolon or a comma. Empty rows are left out.
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

/** A sheet of cells, with commas. @param {string[][]} rows */
export function write(rows) {
  const quoted = (/** @type {string} */ text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return `${rows.map((row) => row.map(quoted).join(",")).join("\n")}\n`;
}

/** A sheet of rows that keep their numbers: those that were left out are empty lines. @param {Row[]} rows */
export function writeRows(rows) {
  return rows.map(({ number, cells }, index) => "\n".repeat(number - (rows[index - 1]?.number ?? 0) - 1) + write([cells])).join("");
}

/** The column that a head names: by what it is called here, or by the API's name. @param {string} name @param {Record<string, string>} columns */
export function columnOf(name, columns) {
  const plain = (/** @type {string} */ text) => text.trim().toLocaleLowerCase();
  const called = Object.keys(columns).find((key) => plain(columns[key] ?? "") === plain(name));
  return called ?? name.trim().toLowerCase().replaceAll(" ", "_");
}
