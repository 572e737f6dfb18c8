package io.kubeless;

import org.apache.commons.lang3.StringUtils;

class Names {
  /** One blank between words, each of which begins with a capital letter. */
  static String tidy(String name) {
    StringBuilder tidy = new StringBuilder();
    for (String word : StringUtils.split(StringUtils.normalizeSpace(name.toLowerCase()))) {
      if (tidy.length() > 0) tidy.append(' ');
      tidy.append(StringUtils.capitalize(word));
    }
    return tidy.toString();
  }
}
