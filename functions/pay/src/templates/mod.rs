//! `/pay/templates`: the files that payroll systems import. For admins only (`app::pay::templates`).

use app::pay::templates;
use axum::extract::{Path, State};
use payroll::{Template, TemplateName};
use serde::{Deserialize, Serialize};
use store::pay::templates::StoredTemplate;
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, IfMatch, Problem, Query, RequestId, authorization,
    cursor::{CursorSeal, ListName, Page},
    query::PageQuery,
    use_case::{execute, no_content},
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
) -> Result<Answer, Problem> {
    authorization::must_be_admin(&caller)?;
    let name = name_of(&name)?;
    let invalid = |(field, invalid)| Problem::invalid(format!("template.{field}"), invalid);
    value.template.check().map_err(invalid)?;
    let (request, versions) = (app.request(&caller, &request_id, None), if_match.versions());
    let changed = |stored: &StoredTemplate<Template>, version: u64| -> Result<Answer, Problem> {
        Ok(Answer::ok(&TemplateAnswer::stored(stored.clone())?)?.version(version))
    };
    execute(&request, changed, || templates::put(&request, name.as_str(), &versions, &value.template)).await
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
) -> Result<Answer, Problem> {
    authorization::must_be_admin(&caller)?;
    let name = name_of(&name)?;
    let (request, versions) = (app.request(&caller, &request_id, None), if_match.versions());
    execute(&request, no_content, || templates::delete::<Template>(&request, name.as_str(), &versions)).await
}
