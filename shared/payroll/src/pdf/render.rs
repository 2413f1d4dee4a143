//! Writes pages as PDF/A-2u.

use krilla::{
    Document, SerializeSettings,
    color::luma,
    configure::{Archival, ConfigurationBuilder},
    geom::{PathBuilder, Point, Rect},
    metadata::{DateTime, Metadata},
    page::PageSettings,
    paint::Fill,
    surface::Surface,
};
use texts::{DocumentWord, document};

use super::{
    PdfError, TimesheetDocument,
    layout::{Mark, PAGE, Page, Shade},
    typeface::Typefaces,
};

pub(super) fn render(
    timesheet: &TimesheetDocument,
    pages: &[Page],
    typefaces: &Typefaces,
) -> Result<Vec<u8>, PdfError> {
    let unwritable = |error: &dyn std::fmt::Debug| PdfError::Unwritable(format!("{error:?}"));
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_U)
        .finish()
        .map_err(|error| unwritable(&error))?;
    let mut pdf = Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    pdf.set_metadata(metadata(timesheet));
    for page in pages {
        let settings = PageSettings::from_wh(PAGE.0, PAGE.1)
            .ok_or_else(|| PdfError::Unwritable("the page has no size".to_owned()))?;
        let mut sheet = pdf.start_page_with(settings);
        let mut surface = sheet.surface();
        for mark in page {
            draw(&mut surface, mark, typefaces);
        }
        surface.finish();
        sheet.finish();
    }
    pdf.finish().map_err(|error| unwritable(&error))
}

fn draw(surface: &mut Surface<'_>, mark: &Mark, typefaces: &Typefaces) {
    match mark {
        Mark::Text { x, y, size, weight, shade, text } => {
            surface.set_fill(Some(fill(*shade)));
            let typeface = typefaces.of(*weight);
            let glyphs = typeface.glyphs(text);
            surface.draw_glyphs(Point::from_xy(*x, *y), &glyphs, typeface.font.clone(), text, *size, false);
        }
        Mark::Box { x, y, width, height, shade } => {
            surface.set_fill(Some(fill(*shade)));
            let mut path = PathBuilder::new();
            if let Some(rect) = Rect::from_xywh(*x, *y, *width, *height) {
                path.push_rect(rect);
            }
            if let Some(path) = path.finish() {
                surface.draw_path(&path);
            }
        }
    }
}

fn fill(shade: Shade) -> Fill {
    Fill { paint: luma::Color::new(shade).into(), ..Fill::default() }
}

/// The title, the language and the date of the document. The date is that of the last change, so that the same timesheet always
/// makes the same bytes.
fn metadata(timesheet: &TimesheetDocument) -> Metadata {
    let title = document(DocumentWord::Title, timesheet.language);
    let at = domain::calendar::Zone::UTC.at(timesheet.changed_at);
    let number = |number: i8| u8::try_from(number).unwrap_or_default();
    let date = DateTime::new(u16::try_from(at.year()).unwrap_or_default())
        .month(number(at.month()))
        .day(number(at.day()))
        .hour(number(at.hour()))
        .minute(number(at.minute()))
        .second(number(at.second()))
        .utc_offset_hour(0);
    Metadata::new()
        .title(format!("{title} {} {}", timesheet.full_name, timesheet.period))
        .language(timesheet.language.code().to_owned())
        .creator("Rollcall".to_owned())
        .creation_date(date)
}
