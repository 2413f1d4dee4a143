// The departments by which a list can be filtered.
import { get } from "../api.js";
import { user } from "../session.js";
import { useQuery } from "./query.js";

/** Returns whether the caller manages a department. The API refuses lists of other departments. @param {string} id */
export function managesDepartment(id) {
  const person = user.value;
  return person?.role === "admin" || person?.manages_all || person?.manages.includes(id);
}

/** Returns the departments that the caller manages, or an empty list until they are loaded. */
export function useDepartments() {
  const departments = useQuery(() => get("/departments", { query: { limit: 200 } }), []).data?.items ?? [];
  return departments.filter(({ id }) => managesDepartment(id));
}
