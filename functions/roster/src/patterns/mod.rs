//! Patterns: weekly plans that repeat.

pub(crate) mod preview;
pub(crate) mod put;
pub(crate) mod read;

#[cfg(test)]
mod tests {
    use app::{Refusal, roster::PatternDraft};
    use domain::schedule::{Pattern, SiteBook};
    use serde_json::{Value, json};
    use web::{Problem, json::FromDocument};

    fn problem(body: Value) -> String {
        let body: PatternDraft = match PatternDraft::from_document(&body) {
            Ok(body) => body,
            Err(faults) => return format!("{faults:?}"),
        };
        format!("{:?}", Problem::from(Refusal::from(body.pattern(&SiteBook::default()).unwrap_err())))
    }

    #[test]
    fn what_is_wrong_is_named_by_its_path() {
        let day = json!({"start": "09:00", "end": "17:00"});
        let week =
            |offs: Value, shifts: Value| json!({"effective_from": "2026-11-02", "weekly_offs": offs, "shifts": shifts});
        let offs = json!(["sunday"]);
        for (body, path) in [
            (week(offs.clone(), json!({"monday": [{"start": "9", "end": "17:00"}]})), "shifts.monday[0].start"),
            (
                week(offs.clone(), json!({"monday": [{"start": "09:00", "end": "10:00", "break_minutes": 60}]})),
                "shifts.monday[0]",
            ),
            (week(offs.clone(), json!({"sunday": [day]})), "shifts.sunday"),
            (
                week(
                    offs.clone(),
                    json!({"monday": [{"start": "09:00", "end": "10:00", "site_id": "01JBN2V7Q4W0M3T9K5ZXH8R6CD"}]}),
                ),
                "shifts.monday[0].site_id",
            ),
            (week(offs.clone(), json!({"moonday": [day]})), "shifts.moonday"),
            (week(json!(["monday", "monday"]), json!({})), "weekly_offs"),
            (json!({"effective_from": "2026-11-02", "weekly_offs": ["sunday"]}), "shifts"),
            (json!({"effective_from": "2026-11-02", "weeks": []}), "anchor"),
            (json!({"effective_from": "2026-11-02", "weeks": [], "anchor": "2026-11-02"}), "weeks"),
            (
                json!({"effective_from": "2026-11-02", "weeks": [{"weekly_offs": ["sunday"], "shifts": {}}], "anchor": "2026-11-03"}),
                "anchor",
            ),
        ] {
            let problem = problem(body);
            assert!(problem.contains(&format!("path: {path:?}")), "{problem} is not at {path}");
        }
    }

    #[test]
    fn the_first_shift_that_does_not_fit_is_named_by_its_path() {
        let day = json!({"start": "09:00", "end": "17:00"});
        let rotation = json!({"effective_from": "2026-11-02", "anchor": "2026-11-02", "weeks": [
            {"weekly_offs": ["sunday"], "shifts": {"monday": [day]}},
            {"weekly_offs": ["monday"], "shifts": {"sunday": [day, day], "saturday": [day]}},
        ]});
        let body: PatternDraft = PatternDraft::from_document(&rotation).unwrap();
        let shifts =
            |pattern: &Pattern| pattern.rhythm.weeks().iter().flat_map(|week| week.shifts.values()).flatten().count();
        assert_eq!(body.clash_path(|pattern| shifts(&pattern) < 4), "weeks[1].shifts.sunday[1]");
        assert_eq!(body.clash_path(|pattern| shifts(&pattern) < 1), "weeks[0].shifts.monday[0]");
    }
}
