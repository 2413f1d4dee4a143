// Puts current dates, and ids that exist, in the place of those in the examples of openapi.json. Its extension `x-examples`
// says which date is today in the examples, and which requests answer ids.
const rollcallExamples = (() => {
  const WEEK = 7 * 86_400_000;
  const DATE = /\b20\d\d-\d\d-\d\d(?=\b|T)/g;

  // The document with another text in each of its examples.
  const mapExamples = (value, change) => {
    if (Array.isArray(value)) return value.map((item) => mapExamples(item, change));
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, it]) =>
      [key, key === "example" || key === "examples" ? JSON.parse(change(JSON.stringify(it))) : mapExamples(it, change)]));
  };

  // Moves all dates by the same number of weeks, so that weekdays stay and the past of the examples stays the past.
  const withDates = (document, today) => {
    const weeks = Math.floor((today - Date.parse(document["x-examples"].today)) / WEEK);
    const moved = (date) => new Date(Date.parse(date) + weeks * WEEK).toISOString().slice(0, 10);
    return mapExamples(document, (text) => text.replace(DATE, moved));
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
