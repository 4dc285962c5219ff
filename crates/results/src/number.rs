//! JSON has no NaN and no infinity: undefined is null, infinite is "Inf" or "-Inf".

use serde::Serializer;

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde's serialize_with passes a reference"
)]
pub(crate) fn serialize<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    if value.is_nan() {
        serializer.serialize_none()
    } else if value.is_infinite() {
        serializer.serialize_str(if *value > 0.0 { "Inf" } else { "-Inf" })
    } else {
        serializer.serialize_f64(*value)
    }
}
