// Sheets of comma-separated values, as spreadsheet programs write and copy them.

/**
 * The cells of a sheet. The first line says what separates them: a tab, a semicolon or a comma. Empty lines are left out.
 * @param {string} text
 * @returns {string[][]}
 */
export function parse(text) {
  const plain = text.replace(/^\uFEFF/, "");
  const head = plain.split(/\r?\n/, 1)[0] ?? "";
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
  return rows.filter((row) => row.some((one) => one.trim() !== ""));
}

/** A sheet of cells, with commas. @param {string[][]} rows */
export function write(rows) {
  const quoted = (/** @type {string} */ text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return `${rows.map((row) => row.map(quoted).join(",")).join("\n")}\n`;
}

/** The column that a head names: by what it is called here, or by the API's name. @param {string} name @param {Record<string, string>} columns */
export function columnOf(name, columns) {
  const plain = (/** @type {string} */ text) => text.trim().toLocaleLowerCase();
  const called = Object.keys(columns).find((key) => plain(columns[key] ?? "") === plain(name));
  return called ?? name.trim().toLowerCase().replaceAll(" ", "_");
}
