//! The timesheets of a department as an archive of documents.

use rollcall_tests::Reply;
use serde_json::{Value, json};

use super::{Payroll, WEEK};

#[tokio::test]
async fn timesheets_of_a_department_are_exported_as_an_archive_of_documents() {
    let payroll = Payroll::start().await;
    payroll.submit().await.expect(200);
    let company = &payroll.company;
    let department = company.department("Sales").await;
    let order = |body: Value| company.post(&format!("{WEEK}/timesheets/export")).by(&payroll.admin).json(body).send();
    let follow = async |export: &Reply| {
        company.settle().await;
        let path = format!("/reports/exports/{}", export.str("id"));
        company.get(&path).by(&payroll.admin).send().await.expect(200)
    };
    // Nobody is in the department.
    let empty = order(json!({"department_id": department})).await.expect(202);
    assert_eq!(empty.str("report"), "timesheets");
    assert_eq!(follow(&empty).await.str("status"), "failed");

    // A name with characters of paths.
    let rename = company.patch(&format!("/users/{}", payroll.maria.id)).by(&payroll.admin);
    rename.json(json!({"full_name": "Maria/../Öz"})).send().await.expect(200);
    let export = order(json!({"format": "pdf"})).await.expect(202);
    let done = follow(&export).await;
    assert_eq!((done.str("status"), done.str("format")), ("done", "zip"), "{}", done.text);
    assert_eq!(done.body["progress"], json!({"done": 1, "total": 1}));
    let file = reqwest::get(done.str("url")).await.unwrap();
    let name = file.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert!(name.contains("timesheets-2026-11-02..2026-11-08.zip"), "{name}");
    let bytes = file.bytes().await.unwrap().to_vec();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    assert_eq!(names, [format!("Maria____Öz-{}.pdf", payroll.maria.id)]);
    let mut content = Vec::new();
    std::io::copy(&mut archive.by_index(0).unwrap(), &mut content).unwrap();
    let path = format!("{WEEK}/timesheets/{}?format=pdf", payroll.maria.id);
    let single = company.get(&path).by(&payroll.admin).download().await;
    assert_eq!(content, single.bytes, "the same document as a single one");
    let inbox = company.get("/notifications").by(&payroll.admin).send().await.expect(200);
    let ready = inbox.items().iter().find(|item| item["kind"] == "export_ready").unwrap();
    assert!(
        ready["title"].as_str().unwrap().contains("timesheets")
            || ready["body"].as_str().unwrap().contains("timesheets")
    );
    // Employees can't order it.
    let own = company.post(&format!("{WEEK}/timesheets/export")).by(&payroll.maria).json(json!({})).send().await;
    own.expect_problem(403, "forbidden");
}
