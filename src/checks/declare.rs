//! The form in which a check stands in its file.

/// Declares a [`Check`](super::Check) as the static `CHECK`: the doc comment above is its page.
macro_rules! declare {
    (
        $(#[doc = $page:literal])+
        $code:literal, $area:ident, $severity:ident,
        rfc: [$($rfc:literal),* $(,)?],
        explained_by: [$($cause:literal),* $(,)?],
        summary: $summary:literal $(,)?
    ) => {
        $(#[doc = $page])+
        pub static CHECK: $crate::checks::Check = $crate::checks::Check {
            code: $code,
            area: $crate::checks::Area::$area,
            severity: $crate::report::Severity::$severity,
            summary: $summary,
            rfc: &[$($rfc),*],
            explained_by: &[$($cause),*],
            page: concat!($($page, "\n"),+),
            run,
        };
    };
}
