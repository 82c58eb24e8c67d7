#pragma once

#include "store/views.hpp"
#include "store/words.hpp"

/// The search by words. Whatever is put into `sight` is found at once; what it costs to find does not
/// depend on how many orders there are once its words are sorted in. On the schema of the version
/// before, which has no words, all are gone through and nothing is sorted in.
namespace oms::store {

/// What is typed, in the case in which the database has it.
Sought seek(Connection& connection, const std::string& text);

/// The next `count` below `from` whose title, customer or e-mail it is_found() in.
std::vector<Spot>
spots_found(Connection& connection, const Sought& sought, const Spot& from, int count);

bool has_unsorted(Connection& connection);
/// Sorts in the words of at most `count` projects and orders that are new or have another name; how
/// many it was. Words that stand nowhere any more stay, which costs a look.
int sort_in(Connection& connection, int count);

}  // namespace oms::store
