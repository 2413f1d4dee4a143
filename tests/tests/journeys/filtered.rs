//! Lists of a manager's people, by department.

use rollcall_tests::{Company, Person};
use serde_json::{Value, json};

/// A manager of two departments with a person in each, and a third department.
struct Firm {
    company: Company,
    departments: [String; 3],
    manager: Person,
}

impl Firm {
    async fn start() -> Self {
        let company = Company::start().await;
        let mut departments = Vec::new();
        for name in ["Assembly", "Packing", "Office"] {
            departments.push(company.department(name).await);
        }
        let departments: [String; 3] = departments.try_into().unwrap();
        for (username, department) in ["ann", "peter", "olga"].into_iter().zip(&departments) {
            let person = company.person(username, json!({"department_id": department})).await;
            let other = company.person(&format!("{username}2"), json!({"department_id": department})).await;
            let leave = json!({"start_date": "2026-11-16", "end_date": "2026-11-16"});
            company.post("/leave/requests").by(&person).json(leave).send().await.expect(201);
            // The other person is off on that Saturday.
            let saturday = json!({"shifts": [{"start": "10:00", "end": "14:00"}], "reason": "Stocktaking"});
            let path = format!("/roster/{}/days/2026-11-07", person.id);
            company.put(&path).by(&company.admin).json(saturday).send().await.expect(200);
            let swap = json!({"my_date": "2026-11-07", "with_user_id": other.id});
            company.post("/roster/swaps").by(&person).json(swap).send().await.expect(201);
            let session = json!({"clock_in": "2026-10-30T09:00:00+03:00", "clock_out": "2026-10-30T18:00:00+03:00"});
            let correction = json!({"sessions": [session], "reason": "I forgot"});
            let ask = company.post("/attendance/me/2026-10-30/corrections").by(&person).json(correction);
            ask.send().await.expect(201);
        }
        let more = json!({"role": "manager", "manages": &departments[..2]});
        let manager = company.person("mara", more).await;
        Self { company, departments, manager }
    }
}

const LISTS: [(&str, &str); 3] =
    [("/leave/requests", "user_name"), ("/corrections", "user_name"), ("/roster/swaps", "from_user_name")];

#[tokio::test]
async fn a_managers_lists_are_narrowed_to_one_of_their_departments() {
    let firm = Firm::start().await;
    for (list, whose) in LISTS {
        let names = async |query: String| {
            let found = firm.company.get(&format!("{list}{query}")).by(&firm.manager).send().await.expect(200);
            found.items().iter().map(|item| item[whose].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(names(String::new()).await.len(), 2, "{list}");
        let [assembly, packing, _] = &firm.departments;
        assert_eq!(names(format!("?department_id={assembly}")).await, ["ann of the test"], "{list}");
        assert_eq!(names(format!("?department_id={packing}")).await, ["peter of the test"], "{list}");
    }
}

#[tokio::test]
async fn a_department_is_asked_for_by_who_manages_it_and_alone() {
    let firm = Firm::start().await;
    let [assembly, _, office] = &firm.departments;
    let ann = firm.company.sign_in("ann").await;
    for (list, _) in LISTS {
        let get = async |query: String, by: &Person| firm.company.get(&format!("{list}?{query}")).by(by).send().await;
        get(format!("department_id={office}"), &firm.manager).await.expect_problem(403, "forbidden");
        get(format!("department_id={assembly}"), &ann).await.expect_problem(403, "forbidden");
        get(format!("department_id={assembly}&user_id=me"), &firm.manager).await.expect_invalid("department_id");
        get("department_id=x".to_owned(), &firm.manager).await.expect_invalid("department_id");
    }
}

#[tokio::test]
async fn the_directory_shows_any_department_to_everyone() {
    let firm = Firm::start().await;
    let ann = firm.company.sign_in("ann").await;
    let path = format!("/users/directory?department_id={}&q=olga", firm.departments[2]);
    let found = firm.company.get(&path).by(&ann).send().await.expect(200);
    let names: Vec<&Value> = found.items().iter().map(|person| &person["full_name"]).collect();
    assert_eq!(names, ["olga of the test", "olga2 of the test"]);
    assert_eq!(found.items()[0]["department_name"], "Office");
}
