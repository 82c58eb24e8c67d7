#pragma once

#include <map>
#include <string>
#include <vector>

#include "domain/ids.hpp"
#include "store/connection.hpp"

namespace oms::store {

/// The kinds of remote writes, in the order in which one may look for them in `explain`.
enum class WriteKind {
    create_issue,
    edit_issue,
    transition,
    add_comment,
    edit_comment,
    patch_order,
    post_message,
    edit_message,
};

std::string_view to_text(WriteKind kind);

enum class WriteState {
    sent,      ///< committed before the call leaves; found so after a crash: its outcome is unknown
    done,      ///< the remote said so
    refused,   ///< the remote said no: it did not happen
    not_sent,  ///< it never reached the remote
    uncertain,  ///< it may have happened: looked for before it is done again
    settled,    ///< was uncertain; looking showed what became of it
};

std::string_view to_text(WriteState state);

/// One remote write, written down before it leaves.
struct RemoteWrite {
    std::int64_t id = 0;
    Subject subject = {};
    WriteKind kind = WriteKind::create_issue;
    std::string marker = {};  ///< what the remote will bear, to find it again
    std::string cause = {};   ///< why, for people
    WriteState state = WriteState::sent;
    std::string target = {};  ///< what it leads to: a status, a comment, the fields, the voucher
    std::int64_t floor = 0;   ///< the highest issue number or message id known before
    std::string result = {};  ///< the remote's id of what was made
    std::string says = {};
    bool answered = false;  ///< the remote answered something: the request is no longer running
    Instant sent_at = {};
    std::optional<Instant> ended_at = std::nullopt;
};

/// Writes it down as sent and returns its id. Must be durable before the request leaves.
std::int64_t add_write(Connection& connection, const RemoteWrite& write, Instant now);

struct WriteOutcome {
    WriteState state = WriteState::done;
    std::string result = {};
    std::string says = {};
    bool answered = true;
};
void end_write(Connection& connection, std::int64_t id, const WriteOutcome& outcome, Instant now);

/// Those whose outcome is unknown, oldest first.
std::vector<RemoteWrite> open_writes_of(Connection& connection, const Subject& subject);
std::vector<RemoteWrite> open_writes(Connection& connection, int count);
/// The latest, newest first.
std::vector<RemoteWrite> writes_of(Connection& connection, const Subject& subject, int count);
std::map<WriteState, std::int64_t> count_writes(Connection& connection);
/// Only those whose outcome is unknown: cheap however many there were.
std::map<WriteState, std::int64_t> count_open_writes(Connection& connection);

}  // namespace oms::store
