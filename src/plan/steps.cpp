#include "plan/steps.hpp"

#include <array>
#include <string_view>

#include <fmt/format.h>

namespace oms::plan {
namespace {

struct Words {
    std::string operator()(const CreateIssue& step) const {
        return fmt::format("create the issue ({} fields): {}", step.fields.size(), step.why);
    }
    std::string operator()(const AdoptIssue& step) const {
        return fmt::format("adopt {}: {}", step.issue.key.value, step.why);
    }
    std::string operator()(const EditIssue& step) const {
        return fmt::format("update {} fields of the issue: {}", step.fields.size(), step.why);
    }
    std::string operator()(const MoveIssue& step) const {
        return fmt::format("move the issue to {}: {}", to_text(step.status), step.why);
    }
    std::string operator()(const PatchOrder& step) const {
        std::string what;
        if (step.status) what = fmt::format("set the order to {}", to_text(*step.status));
        if (step.voucher) what += what.empty() ? "set the voucher" : " and set the voucher";
        return what + ": " + step.why;
    }
    std::string operator()(const AddComment& step) const {
        return fmt::format("add a comment for message {}: {}", step.message.value, step.why);
    }
    std::string operator()(const EditComment& step) const {
        return fmt::format("edit comment {}: {}", step.comment.value, step.why);
    }
    std::string operator()(const PostMessage& step) const {
        return fmt::format("post a message for comment {}: {}", step.comment.value, step.why);
    }
    std::string operator()(const EditMessage& step) const {
        return fmt::format("edit message {}: {}", step.message.value, step.why);
    }
    std::string operator()(const RecordLink& step) const { return step.why; }
    std::string operator()(const RecordComment& step) const { return step.why; }
    std::string operator()(const Note& step) const { return step.says; }
    std::string operator()(const RaiseAttention& step) const { return "attention: " + step.says; }
    std::string operator()(const SolveAttention& /*step*/) const { return ""; }
    std::string operator()(const WaitForProject& step) const { return step.why; }
};

}  // namespace

bool writes(const Step& step) {
    return std::holds_alternative<CreateIssue>(step) || std::holds_alternative<EditIssue>(step) ||
           std::holds_alternative<MoveIssue>(step) || std::holds_alternative<PatchOrder>(step) ||
           std::holds_alternative<AddComment>(step) || std::holds_alternative<EditComment>(step) ||
           std::holds_alternative<PostMessage>(step) || std::holds_alternative<EditMessage>(step);
}

std::string in_words(const Step& step) { return std::visit(Words{}, step); }

std::vector<std::string> would_do(const Plan& plan) {
    std::vector<std::string> would;
    for (const Step& step : plan.steps) {
        const bool told = writes(step) || std::holds_alternative<AdoptIssue>(step) ||
                          std::holds_alternative<WaitForProject>(step) ||
                          std::holds_alternative<RaiseAttention>(step);
        if (told) would.push_back(in_words(step));
    }
    return would;
}

std::string without_ids(const std::string& would) {
    struct Form {
        std::string_view with_id;  ///< the id follows, up to the colon
        std::string_view without;
    };
    constexpr std::array forms{
        Form{"adopt ", "adopt an issue"},
        Form{"add a comment for message ", "add a comment for a message"},
        Form{"edit comment ", "edit a comment"},
        Form{"post a message for comment ", "post a message for a comment"},
        Form{"edit message ", "edit a message"}};
    const auto colon = would.find(": ");
    if (colon == std::string::npos) return would;
    for (const Form& form : forms) {
        if (would.starts_with(form.with_id)) return std::string{form.without} + would.substr(colon);
    }
    return would;
}

}  // namespace oms::plan
