// Every answer of the marketplace: errors of the right kind with words, values that keep their limits.
#include "base/text.hpp"
#include "jira/wiki.hpp"
#include "marketplace/answers.hpp"
#include "marketplace/client.hpp"
#include "marketplace/wire.hpp"
#include "plan/comments.hpp"
#include "plan/fields.hpp"
#include "plan/subjects_of.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/same_answer.hpp"

namespace oms::fuzz {
namespace {

namespace wire = marketplace::wire;

const plan::Settings& settings() {
    static const plan::Settings told{
        .oms = {1},
        .marketplace_public_url = "https://marketplace.example.org",
        .field_ids = {
            {"CI_Name", "customfield_1"},
            {"CP_Platforms", "customfield_2"},
            {"CP_VoucherID", "customfield_3"},
            {"SO_1", "customfield_4"},
            {"SO_ProjectName", "customfield_5"},
            {"CP_CustomerCountry", "customfield_6"}}};
    return told;
}

void check_fields(const FieldValues& fields) {
    for (const auto& [field, value] : fields) {
        OMS_CHECK(is_utf8(value.text));
        const bool whole = field == "customfield_4" || field == "customfield_6";
        if (!whole && field.starts_with("customfield"))
            OMS_CHECK(truncate(value.text, 255) == value.text);
    }
    OMS_CHECK(plan::changed_fields(fields, plan::hashes_of(fields)).empty());
    const auto hashes = plan::hashes_of(fields);
    OMS_CHECK(plan::parse_written(plan::written_text(hashes)) == hashes);
}

void check_order(const Order& order, const Project& project) {
    OMS_CHECK(order.id.item.value > 0);
    OMS_CHECK(parse_status(to_text(order.status)) == order.status);
    const auto so_1 = json::parse(plan::so_1(order));
    OMS_CHECK(so_1.has_value());
    const auto* shown = json::at(*so_1, "attributes").if_object();
    OMS_CHECK(shown == nullptr || shown->size() == order.offer_properties.size());
    std::size_t index = 0;
    for (const OfferProperty& property : order.offer_properties) {
        if (property.value_json) OMS_CHECK(json::parse(*property.value_json).has_value());
        // Each in its place, and a secret's only as stars.
        const json::value& value = (shown->begin() + static_cast<std::ptrdiff_t>(index++))->value();
        if (property.sensitive) OMS_CHECK(value.is_null() || json::text(value) == "***");
    }
    check_fields(plan::order_fields(settings(), project, order, false));
}

void check_message(const Message& message) {
    OMS_CHECK(message.id.value > 0);
    const plan::TextForms forms{
        .neutralise = jira::wiki::neutralise, .to_plain_text = jira::wiki::to_plain_text};
    for (const std::string& body : plan::comment_bodies(settings(), forms, message)) {
        OMS_CHECK(is_utf8(body));
        OMS_CHECK(utf16_length(body) <= settings().comment_units_max);
    }
}

void check_event(const Event& event) {
    OMS_CHECK(parse_time(to_rfc3339(event.timestamp, 6)) == event.timestamp);
    OMS_CHECK(plan::identity_of(event).size() == 16);
    const auto hint = plan::hint_of(event);
    if (!hint) return;
    OMS_CHECK(!hint->subject.is_issue() && hint->subject.project.value > 0);
    OMS_CHECK(!hint->claims.empty() || hint->aspects != no_aspects);
    for (const std::string& claim : hint->claims)
        OMS_CHECK(!claim.empty() && is_utf8(claim));
}

void read_value(const json::value& value) {
    if (const auto oms = wire::oms(value)) OMS_CHECK(oms->id.value > 0);
    const auto project = wire::project(value);
    if (project) {
        OMS_CHECK(project->id.value > 0);
        for (const ProjectItemId item : project->items)
            OMS_CHECK(item.value > 0);
        check_fields(plan::project_fields(settings(), *project));
    }
    if (const auto order = wire::order({12}, value))
        check_order(*order, project.value_or(Project{}));
    if (const auto message = wire::message(value)) check_message(*message);
    if (const auto event = wire::event(value)) check_event(*event);
}

template <class T>
void check_page(const Result<marketplace::Page<T>>& page) {
    if (!page) return check_error(page.error(), false);
    OMS_CHECK(page->count == page->unreadable + static_cast<int>(page->elements.size()));
}

template <class T>
void check_result(const Result<T>& result, bool write) {
    if (!result) check_error(result.error(), write);
}

void all_calls(const http::Response& answer) {
    SameAnswer same{answer};
    marketplace::Client client{
        same, {.url = "https://mp.example.org", .token = Secret{"t"}, .oms = {1}}};
    const OrderId order{{12}, {3}};
    check_result(client.omses(), false);
    check_result(client.oms(), false);
    check_page(client.events(Instant{}, 200));
    check_page(client.projects({1}, 10));
    check_result(client.project({12}), false);
    check_page(client.orders({12}, {0}, 10));
    check_result(client.order(order), false);
    check_result(client.patch_order(order, {.status = Status::ready}), true);
    check_result(client.may_patch(order), true);
    check_page(client.messages(Subject::of(order), {0}, 10));
    check_result(client.message({7}), false);
    check_result(client.post_message({.subject = Subject::of(order), .content = "x"}), true);
    check_result(client.edit_message({7}, "x"), true);
}

}  // namespace

void run(std::string_view input) {
    const http::Response answer = answer_of(told(input));
    for (const bool write : {false, true}) {
        const auto read = marketplace::read_answer(answer, write);
        const bool success = answer.status >= 200 && answer.status < 300;
        if (read) OMS_CHECK(success);
        if (!read) check_error(read.error(), write);
        if (!read) OMS_CHECK(read.error().status == answer.status);
    }
    if (const auto document = json::parse(answer.body)) {
        for (const json::value* value : values_in(*document))
            read_value(*value);
    }
    all_calls(answer);
}

}  // namespace oms::fuzz
