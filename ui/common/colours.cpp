#include "ui/common/colours.h"

#include <QtGui/QPalette>

namespace ui {

namespace {

constexpr int darkBelow = 128; // lightness, of 255

QColor hue(int degrees, int saturation, int lightness)
{
    return QColor::fromHsl(degrees, saturation, lightness);
}

QColor mixed(const QColor &one, const QColor &other, double part)
{
    const auto mix = [part](int a, int b) { return static_cast<int>(a + (b - a) * part); };
    return {mix(one.red(), other.red()), mix(one.green(), other.green()),
        mix(one.blue(), other.blue())};
}

} // namespace

Colours Colours::on(const QPalette &palette)
{
    const QColor base = palette.color(QPalette::Base);
    const QColor text = palette.color(QPalette::Text);
    const bool dark = base.lightness() < darkBelow;
    const int lightness = dark ? 150 : 95;
    Colours colours;
    colours.queued = mixed(base, text, 0.25);
    colours.held = mixed(base, text, 0.5);
    colours.good = hue(140, dark ? 110 : 150, dark ? lightness : 80);
    colours.challenged = hue(25, 190, dark ? lightness : 105);
    colours.failed = hue(355, dark ? 180 : 170, lightness + 15);
    colours.refresh = hue(265, dark ? 170 : 120, dark ? 180 : 115);
    colours.underWay = hue(210, 150, lightness + 15);
    return colours;
}

} // namespace ui
