#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.hpp"

/// Texts that people write on both sides, by chance; the same seed gives the same ones.
namespace oms::simulation {

/// What customers type: markup of both dialects, mentions, macros, links, letters of many scripts,
/// what looks like nothing, empty lines and blanks anywhere. One in fifty is longer than a comment
/// may be. None is empty.
std::vector<std::string> customers_texts(std::uint64_t seed, int count);

/// What staff write, and what of it a customer must find again, in this order.
struct StaffText {
    json::value body = {};  ///< markup, or a document
    std::vector<std::string> words = {};
};

/// Wiki markup of every kind around words that occur once each.
std::vector<StaffText> staff_markup(std::uint64_t seed, int count);
/// The same as documents: every kind of node that Cloud's editor makes.
std::vector<StaffText> staff_documents(std::uint64_t seed, int count);

}  // namespace oms::simulation
