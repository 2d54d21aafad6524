import { usePreferences, zoneOf } from "../language/preferences";
import { fieldOf, instantOfField } from "../language/zoned";

/** A date and time in the viewer's zone. `value` and what `change` gets are ISO 8601 texts in UTC; null is none. */
export function InstantField({
  label,
  value,
  change,
}: {
  label: string;
  value: string | null;
  change: (instant: string | null) => void;
}) {
  const zone = zoneOf(usePreferences());
  return (
    <label>
      <span>{label}</span>
      <input
        type="datetime-local"
        max="9998-12-31T23:59" // else the field takes years of six digits, which are none of ISO 8601
        value={value ? fieldOf(Date.parse(value), zone) : ""}
        onChange={({ target }) =>
          change(target.value ? new Date(instantOfField(target.value, zone)).toISOString() : null)
        }
      />
    </label>
  );
}
