#pragma once

#include <string>
#include <vector>

#include <rapidcheck.h>

#include "domain/ids.hpp"
#include "domain/status.hpp"

namespace oms {

/// How a failure shows what was drawn: the name that rapidcheck looks for.
// NOLINTBEGIN(readability-identifier-naming): as above
inline void showValue(const Subject& subject, std::ostream& out) { out << key_of(subject); }
inline void showValue(Status status, std::ostream& out) { out << to_text(status); }
// NOLINTEND(readability-identifier-naming)

}  // namespace oms

/// Texts as people type them, at their nastiest.
namespace oms::property {

inline const std::string zero_width_space = "\xE2\x80\x8B";

/// Markup of every kind, words of many scripts, line ends; well-formed and without controls.
rc::Gen<std::string> text();
/// The same with controls, carriage returns and bytes that are no UTF-8.
rc::Gen<std::string> raw_text();
/// A few words and marks that mean something to Jira only by how they stand together.
rc::Gen<std::string> marks();

/// Well-formed UTF-8 to code points; throws where it is not well-formed.
std::u32string code_points(std::string_view utf8);
std::string without_zero_width_space(std::string text);

}  // namespace oms::property
