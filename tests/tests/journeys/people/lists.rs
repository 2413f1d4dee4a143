use std::collections::BTreeSet;

use rollcall_tests::{Company, Person};
use serde_json::{Value, json};

use super::{ids, texts, walk};

struct Cast {
    company: Company,
    harbour: String,
    workshop: String,
    manager: Person,
    general: Person,
    employee: Person,
}

/// Ada, a manager of the harbour, a manager of everyone, and six people of the harbour, the workshop and no department.
async fn cast() -> Cast {
    let company = Company::start().await;
    let harbour = company.department("Harbour").await;
    // Departments are listed in the order of their creation.
    company.set_clock("2026-11-02T08:01:00+03:00").await;
    let workshop = company.department("Workshop").await;
    company.department("Nobody's").await;
    let manager = company.person("mona", json!({"full_name": "Mona", "role": "manager", "manages": [harbour]})).await;
    let general = company.person("gina", json!({"full_name": "Gina", "role": "manager", "manages_all": true})).await;
    let employee = company.person("zoe", json!({"full_name": "Zoe", "department_id": harbour})).await;
    for (username, full_name, department) in [
        ("anton", "Maria Anton", &harbour),
        ("maria", "Zora Maria", &harbour),
        ("bert", "émile Bert", &workshop),
        ("carl", "Carl", &workshop),
    ] {
        company.person(username, json!({"full_name": full_name, "department_id": department})).await;
    }
    let body = json!({"username": "paula", "full_name": "Paula", "password": "a fine long password"});
    company.post("/auth/register").json(body).send().await.expect(201);
    Cast { company, harbour, workshop, manager, general, employee }
}

fn names(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["full_name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_manager_lists_the_people_of_their_departments_by_name() {
    let cast = cast().await;
    let list = async |person: &Person, query: &str| walk(&cast.company, person, &format!("/users{query}")).await;
    assert_eq!(names(&list(&cast.manager, "").await), ["Maria Anton", "Zoe", "Zora Maria"]);
    let everyone = ["Maria Anton", "Zoe", "Zora Maria", "Carl", "émile Bert", "Ada Admin", "Gina", "Mona", "Paula"];
    assert_eq!(names(&list(&cast.company.admin, "").await), everyone);
    assert_eq!(names(&list(&cast.general, "").await), everyone);
    for limit in [1, 2, 3, 8, 9] {
        assert_eq!(names(&list(&cast.general, &format!("?limit={limit}")).await), everyone, "in pages of {limit}");
    }

    let workshop = format!("?department_id={}", cast.workshop);
    assert_eq!(names(&list(&cast.company.admin, &workshop).await), ["Carl", "émile Bert"]);
    let refused = cast.company.get(&format!("/users{workshop}")).by(&cast.manager).send().await;
    refused.expect_problem(403, "forbidden");
    cast.company.get("/users").by(&cast.employee).send().await.expect_problem(403, "forbidden");

    assert_eq!(names(&list(&cast.company.admin, "?status=pending").await), ["Paula"]);
    assert_eq!(names(&list(&cast.company.admin, "?role=manager&limit=1").await), ["Gina", "Mona"]);
    assert_eq!(names(&list(&cast.company.admin, "?q=MARIA").await), ["Maria Anton", "Zora Maria"]);
    assert_eq!(names(&list(&cast.company.admin, "?q=%C3%89mi").await), ["émile Bert"]);
    assert_eq!(names(&list(&cast.company.admin, "?q=anton%20m").await), ["Maria Anton"]);
    assert!(list(&cast.company.admin, "?q=anton%20x").await.is_empty());
}

#[tokio::test]
async fn people_are_found_by_any_word_of_their_name() {
    let company = Company::start().await;
    for (username, full_name) in
        [("iyildiz", "İbrahim Ethem Yıldız"), ("jnunez", "José Núñez"), ("kgross", "Karl Groß"), ("ibo", "Ibo Kaya")]
    {
        company.person(username, json!({"full_name": full_name})).await;
    }
    let admin = company.sign_in("ada").await;
    for (query, found) in [
        ("İbrahim", "İbrahim Ethem Yıldız"),
        ("ibrahim", "İbrahim Ethem Yıldız"),
        ("IBRAHIM", "İbrahim Ethem Yıldız"),
        ("I\u{307}brahim", "İbrahim Ethem Yıldız"),
        ("yıldız ibrahim", "İbrahim Ethem Yıldız"),
        ("YILDIZ", "İbrahim Ethem Yıldız"),
        ("eth", "İbrahim Ethem Yıldız"),
        ("Nu\u{301}n\u{303}ez", "José Núñez"),
        ("nunez jose", "José Núñez"),
        ("José", "José Núñez"),
        ("GROSS", "Karl Groß"),
    ] {
        let query: String = query.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat();
        for list in ["/users", "/users/directory"] {
            let people = walk(&company, &admin, &format!("{list}?q={query}")).await;
            assert_eq!(names(&people), [found], "{list}?q={query}");
        }
    }
    let by_username = walk(&company, &admin, "/users?q=jnu").await;
    assert_eq!(names(&by_username), ["José Núñez"]);
    assert!(walk(&company, &admin, "/users/directory?q=jnu").await.is_empty(), "usernames stay unknown");
    assert!(walk(&company, &admin, "/users?q=brahim").await.is_empty());
}

#[tokio::test]
async fn the_last_page_says_that_it_is_the_last() {
    let cast = cast().await;
    let page = |query: &str| cast.company.get(&format!("/users?{query}")).by(&cast.manager).send();
    let first = page("limit=2").await.expect(200);
    let cursor = first.str("next_cursor").to_owned();
    let last = page(&format!("limit=2&cursor={cursor}")).await.expect(200);
    assert_eq!((texts(&last, "full_name"), last.body.get("next_cursor")), (vec!["Zora Maria".to_owned()], None));
    assert_eq!(page("limit=3").await.expect(200).body.get("next_cursor"), None);
}

#[tokio::test]
async fn the_directory_shows_everyone_the_active_and_little_of_them() {
    let cast = cast().await;
    let everyone = walk(&cast.company, &cast.employee, "/users/directory?limit=3").await;
    assert_eq!(everyone.len(), 8, "all but Paula, who waits");
    let fields: BTreeSet<&str> = everyone[0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(fields, BTreeSet::from(["id", "full_name", "department_id", "department_name"]));
    assert_eq!(everyone[0]["department_id"], json!(cast.harbour));
    assert_eq!(
        names(&walk(&cast.company, &cast.employee, "/users/directory?q=maria").await),
        ["Maria Anton", "Zora Maria"]
    );
}

#[tokio::test]
async fn a_cursor_serves_its_own_list_filter_and_caller_only() {
    let cast = cast().await;
    let get = |path: String, person: &Person| cast.company.get(&path).by(person).send();
    let first = get("/users?limit=1".to_owned(), &cast.company.admin).await.expect(200);
    let cursor = first.str("next_cursor").to_owned();
    get(format!("/users?cursor={cursor}"), &cast.company.admin).await.expect(200);
    get(format!("/users?limit=5&cursor={cursor}"), &cast.company.admin).await.expect(200);
    for (path, person) in [
        (format!("/users?cursor={cursor}"), &cast.general),
        (format!("/users?status=active&cursor={cursor}"), &cast.company.admin),
        (format!("/users?q=m&cursor={cursor}"), &cast.company.admin),
        (format!("/users?department_id={}&cursor={cursor}", cast.harbour), &cast.company.admin),
        (format!("/users/directory?cursor={cursor}"), &cast.company.admin),
        (format!("/departments?cursor={cursor}"), &cast.company.admin),
        (format!("/sites?cursor={cursor}"), &cast.company.admin),
        (format!("/audit?subject=settings&cursor={cursor}"), &cast.company.admin),
        (format!("/users?cursor={}", &cursor[2..]), &cast.company.admin),
        ("/users?cursor=".to_owned(), &cast.company.admin),
        ("/users?cursor=%00".to_owned(), &cast.company.admin),
    ] {
        get(path, person).await.expect_problem(400, "invalid_cursor");
    }

    // A cursor for a department is invalid after the manager no longer manages the department.
    let first = get("/users?limit=1".to_owned(), &cast.manager).await.expect(200);
    let path = format!("/users/{}", cast.manager.id);
    let moved = json!({"manages": [cast.workshop]});
    cast.company.patch(&path).by(&cast.company.admin).json(moved).send().await.expect(200);
    let manager = cast.company.sign_in("mona").await;
    let stale = format!("/users?limit=1&cursor={}", first.str("next_cursor"));
    get(stale, &manager).await.expect_problem(400, "invalid_cursor");
    assert_eq!(ids(&get("/users".to_owned(), &manager).await.expect(200)).len(), 2);
}

#[tokio::test]
async fn a_parameter_that_breaks_a_rule_is_named() {
    let cast = cast().await;
    for (query, path) in [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=many", "limit"),
        ("role=boss", "role"),
        ("status=gone", "status"),
        ("department_id=harbour", "department_id"),
        ("name=x", "name"),
    ] {
        cast.company.get(&format!("/users?{query}")).by(&cast.company.admin).send().await.expect_invalid(path);
    }
    let long = format!("/users?q={}", "x".repeat(101));
    cast.company.get(&long).by(&cast.company.admin).send().await.expect_invalid("q");
}

#[tokio::test]
async fn a_company_of_many_small_departments_is_walked_in_bounded_pages() {
    let company = Company::start().await;
    for number in 0..45 {
        company
            .post("/departments")
            .by(&company.admin)
            .json(json!({"name": format!("D{number}")}))
            .send()
            .await
            .expect(201);
    }
    let last = company.department("Last").await;
    company.person("maria", json!({"department_id": last})).await;
    company.delete("/_local/calls").send().await;
    let people = walk(&company, &company.admin, "/users").await;
    assert_eq!(people.len(), 2);
    let calls = company.get("/_local/calls").send().await.expect(200);
    let routes = calls.body["routes"].as_array().unwrap();
    let route = routes.iter().find(|route| route["route"] == "GET /users").unwrap();
    let requests = route["requests"].as_u64().unwrap();
    let queries = route["operations"].as_array().unwrap().iter().find(|of| of["operation"] == "Query").unwrap();
    assert!(requests > 1 && queries["count"].as_u64().unwrap() <= 21 * requests, "{route}");
}
