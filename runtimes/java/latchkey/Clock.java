package latchkey;

/** The time as events say it. `java.time` would load a hundred classes for it. */
final class Clock {
  private static final int DAY_MS = 86_400_000;

  private Clock() {}

  /** `2020-01-31T09:05:00.007Z`. */
  static String iso(long epochMs) {
    long day = Math.floorDiv(epochMs, (long) DAY_MS);
    int ms = (int) Math.floorMod(epochMs, (long) DAY_MS);
    // Days since 1 March 0000, in eras of 400 years: months then begin with March, and leap days end a year.
    long z = day + 719468;
    long era = Math.floorDiv(z, 146097L);
    int dayOfEra = (int) (z - era * 146097);
    int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
    int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    int shifted = (5 * dayOfYear + 2) / 153;
    int month = shifted < 10 ? shifted + 3 : shifted - 9;
    long year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
    StringBuilder out = new StringBuilder(24);
    digits(out, (int) year, 4);
    digits(out.append('-'), month, 2);
    digits(out.append('-'), dayOfYear - (153 * shifted + 2) / 5 + 1, 2);
    digits(out.append('T'), ms / 3_600_000, 2);
    digits(out.append(':'), ms / 60_000 % 60, 2);
    digits(out.append(':'), ms / 1000 % 60, 2);
    digits(out.append('.'), ms % 1000, 3);
    return out.append('Z').toString();
  }

  private static void digits(StringBuilder out, int value, int count) {
    String digits = Integer.toString(value);
    for (int i = digits.length(); i < count; i++) out.append('0');
    out.append(digits);
  }
}
