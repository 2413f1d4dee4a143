//! `/branding`: the company's name, accent color and logo. Everyone may read them, without signing in; admins may change them.

use app::company::branding;
use axum::extract::State;
use data_encoding::BASE64;
use domain::{
    branding::{AccentColor, Branding, Logo},
    text::Name,
};
use photo::Photo;
use serde::{Deserialize, Serialize};
use store::branding::NamedBranding;
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, IfMatch, Problem, RequestId, authorization, use_case::execute_if_changed};

/// The length of the longest logo in base64, with its media type.
const MAX_LOGO_LENGTH: usize = Logo::MAX_BYTES.div_ceil(3) * 4 + "data:image/jpeg;base64,".len();

/// How a client shows the company.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Branding)]
pub(crate) struct BrandingAnswer {
    /// The name of the company, which is a setting.
    #[schema(value_type = String, example = "Harbour Works")]
    company_name: Name,
    /// The color of buttons, links and marks; `null` for the client's own. Its contrast with white is at least 4.5:1.
    #[schema(required = true)]
    accent_color: Option<AccentColor>,
    /// The logo as a data URL of a PNG, JPEG or WebP image without metadata; `null` if there is none.
    #[schema(required = true, value_type = Option<String>, example = "data:image/png;base64,iVBORw0KGgo=")]
    logo: Option<Logo>,
    /// The number of changes of the accent color and the logo.
    version: u64,
}

impl From<NamedBranding> for BrandingAnswer {
    fn from(NamedBranding { company_name, current }: NamedBranding) -> Self {
        let Branding { accent_color, logo } = current.branding;
        Self { company_name, accent_color, logo, version: current.version }
    }
}

/// The whole branding: a value that it leaves out is removed. The company's name is changed with `PATCH /settings`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"accent_color": "#0f6a5b"}))]
pub(crate) struct BrandingReplacement {
    /// The color of buttons, links and marks. Its contrast with white must be at least 4.5:1.
    accent_color: Option<AccentColor>,
    /// The logo as a data URL of a PNG, JPEG or WebP image of at most 32 KiB and 1024 pixels a side. SVG isn't accepted, because
    /// it can contain scripts and links.
    #[schema(max_length = 43_715, example = "data:image/png;base64,iVBORw0KGgo=")]
    logo: Option<String>,
}

impl BrandingReplacement {
    /// Returns the branding with a logo that is verified and has no metadata.
    fn verified(self) -> Result<Branding, Problem> {
        let logo = self.logo.map(|url| verified_logo(&url).ok_or_else(|| Problem::invalid("logo", Logo::rule())));
        Ok(Branding { accent_color: self.accent_color, logo: logo.transpose()? })
    }
}

/// Returns the logo in a data URL, if it is one.
fn verified_logo(url: &str) -> Option<Logo> {
    let (format, base64) = Logo::declared(url).filter(|_| url.len() <= MAX_LOGO_LENGTH)?;
    let bytes = BASE64.decode(base64.as_bytes()).ok()?;
    let image = Photo::verify(&bytes, format).ok()?;
    let (width, height) = image.dimensions();
    let fits = image.bytes().len() <= Logo::MAX_BYTES && width.max(height) <= Logo::MAX_SIDE;
    fits.then(|| Logo::of_verified(format, &BASE64.encode(image.bytes())))
}

/// Get the company's branding
///
/// Without signing in: clients show the name, the accent color and the logo on their sign-in page.
#[utoipa::path(
    get, path = "/branding", operation_id = "getBranding", tag = "settings", security(()),
    responses((status = 200, description = "The branding", body = BrandingAnswer,
        headers(("ETag" = String, description = "The version of the accent color and the logo")))),
)]
pub(crate) async fn read(State(app): State<App>) -> Result<Answer, Problem> {
    answer(app.store.branding().await?)
}

fn answer(named: NamedBranding) -> Result<Answer, Problem> {
    let version = named.current.version;
    Ok(Answer::ok(&BrandingAnswer::from(named))?.version(version))
}

/// Replace the company's branding
///
/// For admins only. Replaces the accent color and the logo: what the body leaves out is removed. Metadata of the logo is removed.
#[utoipa::path(
    put, path = "/branding", operation_id = "replaceBranding", tag = "settings",
    params(("If-Match" = Option<String>, Header, description = "The version that is to be replaced")),
    request_body = BrandingReplacement,
    responses((status = 200, description = "The branding", body = BrandingAnswer)),
)]
pub(crate) async fn replace(
    State(app): State<App>,
    caller: Caller,
    if_match: IfMatch,
    request_id: RequestId,
    Body { value, .. }: Body<BrandingReplacement>,
) -> Result<Answer, Problem> {
    // Nobody else makes the function decode images.
    authorization::must_be_admin(&caller)?;
    let new = value.verified()?;
    let (request, versions) = (app.request(&caller, &request_id, None), if_match.versions());
    let shown = |named: &NamedBranding, _: u64| answer(named.clone());
    execute_if_changed(&request, shown, || branding::replace(&request, &versions, &new)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A PNG of one red pixel.
    const PIXEL: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC";

    #[test]
    fn a_logo_is_a_small_image_in_a_data_url() {
        let logo = verified_logo(&format!("data:image/png;base64,{PIXEL}")).unwrap();
        assert!(logo.as_str().starts_with("data:image/png;base64,iVBOR"));
        let svg = BASE64.encode(b"<svg xmlns='http://www.w3.org/2000/svg'/>");
        for wrong in [
            PIXEL.to_owned(),
            format!("data:image/jpeg;base64,{PIXEL}"),
            format!("data:image/png;base64,{}", &PIXEL[..40]),
            format!("data:image/svg+xml;base64,{svg}"),
            format!("data:image/png;base64,{svg}"),
            format!("data:image/png;base64,{}", "A".repeat(MAX_LOGO_LENGTH)),
        ] {
            assert_eq!(verified_logo(&wrong), None, "{wrong:.60}");
        }
    }

    #[test]
    fn the_documented_length_is_the_one_that_is_checked() {
        assert_eq!(MAX_LOGO_LENGTH, 43_715);
    }
}
