#include "plan/fields.hpp"

#include <gtest/gtest.h>

namespace oms::plan {
namespace {

Settings configured() {
    Settings settings{.marketplace_public_url = "https://mp.example"};
    for (const char* name :
         {"SO_1",
          "SO_OfferType",
          "Order_reference",
          "CP_VoucherID",
          "CI_Institution",
          "CP_CustomerTypology",
          "CI_DisplayName"}) {
        settings.field_ids[name] = name;
    }
    settings.offer_type_options = {{"normal", "n"}, {"open_access", "o"}, {"catalog", "c"}};
    settings.typology_options = {{"research", "r"}};
    return settings;
}

TEST(OrderFields, ChooseTheOfferType) {
    const Settings settings = configured();
    Order order{.id = {{1}, {2}}, .order_type = "order_required"};
    EXPECT_EQ(order_fields(settings, {}, order, false).at("SO_OfferType").text, "n");
    EXPECT_EQ(order_fields(settings, {}, order, true).at("SO_OfferType").text, "c");
    order.order_type = "other";
    EXPECT_EQ(order_fields(settings, {}, order, true).at("SO_OfferType").text, "o");
}

TEST(OrderFields, SendAVoucherOnlyWhereThereIsOne) {
    Order order{.id = {{1}, {2}}};
    EXPECT_FALSE(order_fields(configured(), {}, order, false).contains("CP_VoucherID"));
    order.supplied_voucher_id = "V0";
    EXPECT_EQ(order_fields(configured(), {}, order, false).at("CP_VoucherID").text, "V0");
}

TEST(So1, MasksRepeatsAndLeavesOut) {
    const Order order{
        .service = "S",
        .offer = "O",
        .offer_properties = {
            {.label = "a", .value_json = "4"},
            {.label = "a", .value_json = "[1,2]"},
            {.label = "a"},
            {.label = "p", .value_json = "\"hunter2\"", .sensitive = true}}};
    const std::string wanted =
        R"json({"category":null,"service":"S","offer":"O","attributes":{"a":4,"a (2)":[1,2],"a (3)":null,"p":"***"}})json";
    EXPECT_EQ(so_1(order), wanted);
}

TEST(ProjectFields, TellTheInstitutionOnlyOfPersonsAndResearch) {
    Project project{.organization = "Uni"};
    project.customer_typology = "research";
    EXPECT_EQ(project_fields(configured(), project).at("CI_Institution").text, "Uni");
    EXPECT_EQ(project_fields(configured(), project).at("CP_CustomerTypology").text, "r");
    project.customer_typology = "project";
    EXPECT_FALSE(project_fields(configured(), project).contains("CI_Institution"));
    EXPECT_FALSE(project_fields(configured(), project).contains("CP_CustomerTypology"));
}

TEST(ProjectFields, CutAtCharacters) {
    Project project{.name = std::string(300, 'x') + "ż"};
    EXPECT_EQ(project_fields(configured(), project).at("summary").text.size(), 255U);
}

TEST(ChangedFields, SendOnlyWhatChangedAndClearWhatIsNoLongerSent) {
    const FieldValues before{{"a", {.text = "1"}}, {"b", {.text = "2"}}, {"c", {.text = "3"}}};
    const FieldValues now{{"a", {.text = "1"}}, {"b", {.text = "x"}}};
    const FieldValues changed = changed_fields(now, hashes_of(before));
    EXPECT_EQ(changed.size(), 2U);
    EXPECT_EQ(changed.at("b").text, "x");
    EXPECT_EQ(changed.at("c").kind, FieldValue::Kind::null);
}

}  // namespace
}  // namespace oms::plan
