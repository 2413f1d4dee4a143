//! `/pay/templates`: the files that payroll systems import. For admins only.

use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::event::{Fact, PayFact, Subject};
use payroll::{Template, TemplateName};
use serde::{Deserialize, Serialize};
use store::{
    Commit,
    pay::templates::{MAX_TEMPLATES, StoredTemplate},
};
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Code, Failed, IfMatch, Problem, Query, RequestId, authorization, command,
    cursor::{CursorSeal, ListName, Page},
    query::PageQuery,
};

/// A template of payroll files.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = NamedPayrollTemplate)]
pub(crate) struct TemplateAnswer {
    /// The name.
    name: TemplateName,
    /// Whether every company has the template. A template of the company with the same name replaces it.
    is_built_in: bool,
    /// The template.
    template: Template,
    /// The version, which grows by 1 with each change; 0 for a built-in template.
    version: u64,
}

impl TemplateAnswer {
    fn built_in(name: TemplateName) -> Option<Self> {
        Template::built_in(&name).map(|template| Self { name, is_built_in: true, template, version: 0 })
    }

    fn stored(stored: StoredTemplate<Template>) -> Result<Self, Problem> {
        let name = TemplateName::parse(&stored.name).map_err(Problem::internal)?;
        Ok(Self { name, is_built_in: false, template: stored.template, version: stored.version })
    }
}

/// A template.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"template": {"format": "datev_lodas", "consultant_number": 1_234_567, "client_number": 10001}}))]
pub(crate) struct PutTemplate {
    /// The template.
    template: Template,
}

/// Returns the name in a path.
fn name_of(path: &str) -> Result<TemplateName, Problem> {
    TemplateName::parse(path).map_err(|invalid| Problem::invalid("name", invalid))
}

/// List templates
///
/// Lists the built-in templates and those of the company, by name. The formats `datev_lodas` and `adp` contain numbers of the
/// company, so they need a template of its own. For admins only.
#[utoipa::path(
    get,
    path = "/pay/templates",
    operation_id = "listPayTemplates",
    tag = "pay",
    params(PageQuery),
    responses((status = 200, description = "The templates", body = Page<TemplateAnswer>))
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(page): Query<PageQuery>,
) -> Result<Answer, Problem> {
    authorization::must_be_admin(&caller)?;
    let stored = app.store.pay_templates().await?;
    let own: Vec<TemplateAnswer> = stored.into_iter().map(TemplateAnswer::stored).collect::<Result<_, _>>()?;
    let built_in = Template::BUILT_IN.into_iter().filter_map(|name| TemplateName::parse(name).ok());
    let is_replaced = |name: &TemplateName| own.iter().any(|template| template.name == *name);
    let built_in = built_in.filter(|name| !is_replaced(name)).filter_map(TemplateAnswer::built_in);
    let mut templates: Vec<TemplateAnswer> = built_in.collect();
    templates.extend(own);
    templates.sort_by(|one, other| one.name.cmp(&other.name));
    let seal = CursorSeal::of_caller(&app, &caller, ListName::PayTemplates, &()).await?;
    Answer::ok(&Page::of_whole(templates, page.limit, page.cursor.as_deref(), &seal)?)
}

/// Get a template
///
/// For admins only.
#[utoipa::path(
    get,
    path = "/pay/templates/{name}",
    operation_id = "getPayTemplate",
    tag = "pay",
    params(("name" = String, Path, description = "The name of the template", example = "csv")),
    responses((status = 200, description = "The template", body = TemplateAnswer,
        headers(("ETag" = String, description = "The version"))))
)]
pub(crate) async fn read(State(app): State<App>, caller: Caller, Path(name): Path<String>) -> Result<Answer, Problem> {
    authorization::must_be_admin(&caller)?;
    let name = name_of(&name)?;
    let stored = app.store.pay_template(name.as_str()).await?;
    let answer = match stored {
        Some(stored) => TemplateAnswer::stored(stored)?,
        None => TemplateAnswer::built_in(name).ok_or_else(Problem::not_found)?,
    };
    Ok(Answer::ok(&answer)?.version(answer.version))
}

/// Create or replace a template
///
/// For admins only. Runs keep the template that they were requested with. A company has at most 100 templates.
#[utoipa::path(
    put,
    path = "/pay/templates/{name}",
    operation_id = "putPayTemplate",
    tag = "pay",
    params(
        ("name" = String, Path, description = "1 to 32 of a-z, digits and underscores", example = "lodas"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is based on")
    ),
    request_body = PutTemplate,
    responses((status = 200, description = "The template", body = TemplateAnswer,
        headers(("ETag" = String, description = "The version"))))
)]
pub(crate) async fn put(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
    if_match: IfMatch,
    request_id: RequestId,
    Body { value, .. }: Body<PutTemplate>,
) -> Result<Response, Problem> {
    authorization::must_be_admin(&caller)?;
    let name = name_of(&name)?;
    let invalid = |(field, invalid)| Problem::invalid(format!("template.{field}"), invalid);
    value.template.check().map_err(invalid)?;
    command(&app.store, None, app.now(), || change(&app, &caller, &if_match, &request_id, &name, Some(&value.template)))
        .await
}

/// Delete a template
///
/// For admins only. If the name is that of a built-in template, that template is used again.
#[utoipa::path(
    delete,
    path = "/pay/templates/{name}",
    operation_id = "deletePayTemplate",
    tag = "pay",
    params(
        ("name" = String, Path, description = "The name of the template", example = "lodas"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is based on")
    ),
    responses((status = 204, description = "The template is gone"))
)]
pub(crate) async fn delete(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
    if_match: IfMatch,
    request_id: RequestId,
) -> Result<Response, Problem> {
    authorization::must_be_admin(&caller)?;
    let name = name_of(&name)?;
    command(&app.store, None, app.now(), || change(&app, &caller, &if_match, &request_id, &name, None)).await
}

/// Puts a template, or deletes it.
async fn change(
    app: &App,
    caller: &Caller,
    if_match: &IfMatch,
    request_id: &RequestId,
    name: &TemplateName,
    template: Option<&Template>,
) -> Result<Answer, Failed> {
    let now = app.now();
    let profile = app.store.user(caller.user_id).await?;
    authorization::current_profile(caller, profile.as_ref())?;
    let before: Option<StoredTemplate<Template>> = app.store.pay_template(name.as_str()).await?;
    let version = before.as_ref().map_or(0, |before| before.version);
    if_match.check(version)?;
    let fact = Fact::Pay(PayFact::PayTemplateChanged { name: name.as_str().to_owned() });
    let mut commit = Commit::new(app.stamp(caller, request_id, now), Subject::Pay, vec![fact])?;
    let answer = match (template, &before) {
        (None, None) => return Err(Problem::not_found().into()),
        (None, Some(before)) => {
            commit.audit(Subject::Pay, "pay_template_deleted", Some(before), None)?;
            commit.delete_pay_template(name.as_str(), version)?;
            Answer::no_content()
        }
        (Some(template), before) => {
            if before.is_none() && app.store.pay_templates::<Template>().await?.len() >= MAX_TEMPLATES {
                return Err(Problem::new(Code::TooManyPayTemplates).into());
            }
            let (name, template, version) = (name.as_str().to_owned(), template.clone(), version + 1);
            let after = StoredTemplate { name, template, version };
            commit.audit(Subject::Pay, "pay_template_changed", before.as_ref(), Some(&after))?;
            commit.put_pay_template(&after)?;
            Answer::ok(&TemplateAnswer::stored(after)?)?.version(version)
        }
    };
    commit.send(&app.store).await?;
    Ok(answer)
}
