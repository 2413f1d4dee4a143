// Puts current dates, and ids that exist, in the place of those in the examples of openapi.json. Its extension `x-examples`
// says which date is today in the examples, and which requests answer ids.
const rollcallExamples = (() => {
  const WEEK = 7 * 86_400_000;
  const DATE = "20\\d\\d-\\d\\d-\\d\\d";
  // The id of a pay period, or a date.
  const DATES = new RegExp(`\\b(?:(${DATE}\\.\\.${DATE})|${DATE})(?=\\b|T)`, "g");

  // The document with another text in each of its examples.
  const mapExamples = (value, change) => {
    if (Array.isArray(value)) return value.map((item) => mapExamples(item, change));
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, it]) =>
      [key, key === "example" || key === "examples" ? JSON.parse(change(JSON.stringify(it))) : mapExamples(it, change)]));
  };

  // Moves all dates by the same number of weeks, so that weekdays stay and the past of the examples stays the past. The pay
  // period of the examples is the current month.
  const withDates = (document, today) => {
    const weeks = Math.floor((today - Date.parse(document["x-examples"].today)) / WEEK);
    const written = (time) => new Date(time).toISOString().slice(0, 10);
    const [year, month] = [new Date(today).getUTCFullYear(), new Date(today).getUTCMonth()];
    const period = `${written(Date.UTC(year, month, 1))}..${written(Date.UTC(year, month + 1, 0))}`;
    const moved = (date, isPeriod) => isPeriod ? period : written(Date.parse(date) + weeks * WEEK);
    return mapExamples(document, (text) => text.replace(DATES, moved));
  };

  // `get` answers the JSON of a path, or nothing where the person may not read it.
  const withIds = async (document, get) => {
    const found = [];
    for (const { id, source } of document["x-examples"].ids) {
      const living = (await get(source))?.items?.[0]?.id;
      if (living) found.push([id, living]);
    }
    return mapExamples(document, (text) => found.reduce((text, [id, living]) => text.replaceAll(id, living), text));
  };

  return { withDates, withIds };
})();
