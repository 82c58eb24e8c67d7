#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "domain/hint.hpp"
#include "domain/jira.hpp"
#include "domain/link.hpp"
#include "domain/marketplace.hpp"

/// What a plan consists of. Each step is carried out by itself, in order; `why` is for people.
namespace oms::plan {

struct CreateIssue {
    FieldValues fields = {};
    std::string why = {};
};

/// An issue that already stands for the subject.
struct AdoptIssue {
    Issue issue = {};
    bool ours = false;  ///< it bears our marker: the database has forgotten it
    std::map<std::string, std::string> fields_written = {};
    /// Of one of ours: as it was made, so that what was changed since is compared.
    std::optional<std::string> base_voucher = std::nullopt;
    std::string why = {};
};

struct EditIssue {
    FieldValues fields = {};
    std::map<std::string, std::string> fields_written = {};  ///< afterwards
    std::string why = {};
};

struct MoveIssue {
    TransitionId transition = {};
    StatusId to = {};
    Status status = Status::created;
    std::string why = {};
};

struct PatchOrder {
    std::optional<Status> status = std::nullopt;
    StatusId issue_status = {};  ///< Jira's, when `status` was read off it
    std::optional<std::string> voucher = std::nullopt;
    std::string why = {};
};

struct AddComment {
    MessageId message = {};
    int part = 0;
    std::string body = {};
    std::optional<Visibility> visibility = std::nullopt;
    std::string message_hash = {};
    std::string why = {};
};

struct EditComment {
    CommentId comment = {};
    MessageId message = {};
    int part = 0;
    std::string body = {};
    std::optional<Visibility> visibility = std::nullopt;
    std::string message_hash = {};
    std::string why = {};
};

struct PostMessage {
    CommentId comment = {};
    std::string comment_hash = {};
    Author author = {};
    std::string content = {};
    std::string why = {};
};

struct EditMessage {
    MessageId message = {};
    CommentId comment = {};
    std::string comment_hash = {};
    std::string content = {};
    std::string why = {};
};

/// Changes of our own records only.
struct RecordLink {
    Link link = {};
    std::string why = {};  ///< "" where it is not worth a line in the journal
};

struct RecordComment {
    CommentLink link = {};
    std::string why = {};
};

struct Note {
    std::string says = {};
    bool conflict = false;  ///< both sides had moved, differently
};

struct RaiseAttention {
    std::string cause = {};
    std::string says = {};
    std::string remedy = {};
    bool blocking = false;
    std::string fingerprint = {};  ///< "": the cause itself
};

struct SolveAttention {
    std::string cause = {};
};

/// The order cannot go on before its project has an issue.
struct WaitForProject {
    std::string why = {};
};

using Step = std::variant<
    CreateIssue,
    AdoptIssue,
    EditIssue,
    MoveIssue,
    PatchOrder,
    AddComment,
    EditComment,
    PostMessage,
    EditMessage,
    RecordLink,
    RecordComment,
    Note,
    RaiseAttention,
    SolveAttention,
    WaitForProject>;

/// True for those that write to a remote.
bool writes(const Step& step);
/// For people and `--dry-run`: what it does and why. No customer text.
std::string in_words(const Step& step);

struct Plan {
    std::vector<Step> steps = {};
    Aspects look_again = no_aspects;  ///< after these steps, because they change what there is
};

/// What carrying it out would do that people care for, in words: what is written to a remote or
/// adopted, and what would need a person. Empty where nothing is to be done.
std::vector<std::string> would_do(const Plan& plan);
/// The same for all issues, comments and messages: one of `would_do` without which it is about.
std::string without_ids(const std::string& would);

}  // namespace oms::plan
