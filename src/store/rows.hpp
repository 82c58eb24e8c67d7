#pragma once

#include <vector>

#include "store/attention.hpp"
#include "store/calls.hpp"
#include "store/journal.hpp"
#include "store/state.hpp"
#include "store/tasks.hpp"
#include "store/views.hpp"
#include "store/writes.hpp"

/// Rows as values, for the files of this room: each is made by the table's own file.
namespace oms::store {

std::vector<Attention> attentions_in(const Rows& rows);
std::vector<JournalEntry> journal_entries_in(const Rows& rows);
std::vector<RemoteCall> calls_in(const Rows& rows);
std::vector<RemoteWrite> writes_in(const Rows& rows);
std::vector<Task> tasks_in(const Rows& rows);
Sweep sweep_in(const Row& row);

/// The first `count` of two parts of one list, each once.
std::vector<Spot> first_of_both(std::vector<Spot> list, const std::vector<Spot>& more, int count);

}  // namespace oms::store
