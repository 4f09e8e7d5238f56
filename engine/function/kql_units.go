package function

import (
	"fmt"
	"strconv"
	"strings"

	"casebook/engine/column"
)

// Units of measure: convert_length(1.2, "Meter", "Foot"). What a unit is not one of gives null, as documented; a unit that
// the documentation names and whose size it leaves open (a therm, a cup of Australia) is an error.

var kqlUnits = unitRows()

// units are the sizes of units in one of them, as name and number.
var units = map[string]string{
	"angle": `Degree 1 Arcminute 1/60 Arcsecond 1/3600 Gradian 0.9 Millidegree 1e-3 Microdegree 1e-6 Nanodegree 1e-9 Revolution 360 NatoMil 0.05625
		Radian 57.29577951308232 Deciradian 5.729577951308232 Centiradian 0.5729577951308232 Milliradian 0.05729577951308232 Microradian 5.729577951308232e-5
		Nanoradian 5.729577951308232e-8`,
	"energy": `Joule 1 Millijoule 1e-3 Kilojoule 1e3 Megajoule 1e6 Gigajoule 1e9 WattHour 3600 KilowattHour 3.6e6 MegawattHour 3.6e9 GigawattHour 3.6e12
		TerawattHour 3.6e15 WattDay 86400 KilowattDay 8.64e7 MegawattDay 8.64e10 GigawattDay 8.64e13 TerawattDay 8.64e16 Calorie 4.184 Kilocalorie 4184
		Megacalorie 4.184e6 Erg 1e-7 ElectronVolt 1.602176634e-19 KiloelectronVolt 1.602176634e-16 MegaelectronVolt 1.602176634e-13
		GigaelectronVolt 1.602176634e-10 TeraelectronVolt 1.602176634e-7 FootPound 1.3558179483314004 BritishThermalUnit 1055.05585262
		KilobritishThermalUnit 1055055.85262 MegabritishThermalUnit 1055055852.62 GigabritishThermalUnit 1055055852620`,
	"force": `Newton 1 Decanewton 10 Kilonewton 1e3 Meganewton 1e6 Micronewton 1e-6 Millinewton 1e-3 Dyn 1e-5 KilogramForce 9.80665 KiloPond 9.80665
		TonneForce 9806.65 PoundForce 4.4482216152605 KilopoundForce 4448.2216152605 OunceForce 0.27801385095378125 Poundal 0.138254954376
		ShortTonForce 8896.443230521`,
	"length": `Meter 1 Centimeter 1e-2 Decimeter 1e-1 Decameter 10 Hectometer 100 Kilometer 1e3 Millimeter 1e-3 Micrometer 1e-6 Nanometer 1e-9 Angstrom 1e-10
		Inch 0.0254 Foot 0.3048 Yard 0.9144 Mile 1609.344 Mil 2.54e-5 Microinch 2.54e-8 Hand 0.1016 Fathom 1.8288 Chain 20.1168 Shackle 27.432 DataMile 1828.8
		NauticalMile 1852 UsSurveyFoot 1200/3937 Twip 0.0254/1440 DtpPoint 0.0254/72 DtpPica 0.0254/6 PrinterPoint 0.0254/72.27 PrinterPica 0.0254/6.0225
		AstronomicalUnit 149597870700 LightYear 9460730472580800 KilolightYear 9460730472580800e3 MegalightYear 9460730472580800e6
		Parsec 30856775814913673 Kiloparsec 30856775814913673e3 Megaparsec 30856775814913673e6`,
	"mass": `Gram 1 Centigram 1e-2 Decigram 1e-1 Decagram 10 Hectogram 100 Kilogram 1e3 Milligram 1e-3 Microgram 1e-6 Nanogram 1e-9 Tonne 1e6 Kilotonne 1e9
		Megatonne 1e12 Pound 453.59237 Kilopound 453592.37 Megapound 453592370 Ounce 28.349523125 Grain 0.06479891 Stone 6350.29318
		LongHundredweight 50802.34544 ShortHundredweight 45359.237 LongTon 1016046.9088 ShortTon 907184.74 Slug 14593.902937206364`,
	"speed": `MeterPerSecond 1 MeterPerMinute 1/60 MeterPerHour 1/3600 CentimeterPerSecond 1e-2 CentimeterPerMinute 1e-2/60 CentimeterPerHour 1e-2/3600
		DecimeterPerSecond 1e-1 DecimeterPerMinute 1e-1/60 KilometerPerSecond 1e3 KilometerPerMinute 1e3/60 KilometerPerHour 1e3/3600 MillimeterPerSecond 1e-3
		MillimeterPerMinute 1e-3/60 MillimeterPerHour 1e-3/3600 MicrometerPerSecond 1e-6 MicrometerPerMinute 1e-6/60 NanometerPerSecond 1e-9
		NanometerPerMinute 1e-9/60 InchPerSecond 0.0254 InchPerMinute 0.0254/60 InchPerHour 0.0254/3600 FootPerSecond 0.3048 FootPerMinute 0.3048/60
		FootPerHour 0.3048/3600 YardPerSecond 0.9144 YardPerMinute 0.9144/60 YardPerHour 0.9144/3600 MilePerHour 0.44704 Knot 1852/3600
		UsSurveyFootPerSecond 1200/3937 UsSurveyFootPerMinute 20/3937 UsSurveyFootPerHour 1/11811`,
	"volume": `CubicMeter 1 CubicCentimeter 1e-6 CubicDecimeter 1e-3 CubicMillimeter 1e-9 CubicMicrometer 1e-18 CubicHectometer 1e6 CubicKilometer 1e9
		KilocubicMeter 1e3 HectocubicMeter 100 Liter 1e-3 Centiliter 1e-5 Deciliter 1e-4 Decaliter 1e-2 Hectoliter 1e-1 Kiloliter 1 Megaliter 1e3 Microliter 1e-9
		Milliliter 1e-6 CubicInch 1.6387064e-5 CubicFoot 0.028316846592 HectocubicFoot 2.8316846592 KilocubicFoot 28.316846592 MegacubicFoot 28316.846592
		CubicYard 0.764554857984 CubicMile 4168181825.440579584 AcreFoot 1233.48183754752 BoardFoot 0.002359737216 UsGallon 3.785411784e-3
		DecausGallon 3.785411784e-2 DeciusGallon 3.785411784e-4 HectousGallon 0.3785411784 KilousGallon 3.785411784 MegausGallon 3785.411784
		UsQuart 9.46352946e-4 UsPint 4.73176473e-4 UsOunce 2.95735295625e-5 UsCustomaryCup 2.365882365e-4 UsLegalCup 2.4e-4 UsTablespoon 1.478676478125e-5
		UsTeaspoon 4.92892159375e-6 OilBarrel 0.158987294928 ImperialGallon 4.54609e-3 KiloimperialGallon 4.54609 MegaimperialGallon 4546.09
		ImperialPint 5.6826125e-4 ImperialOunce 2.84130625e-5 MetricCup 2.5e-4 MetricTeaspoon 5e-6`,
}

// unsized are units that the documentation names and whose size it leaves open.
var unsized = `Tilt HorsepowerHour DecathermEc DecathermImperial DecathermUs ThermEc ThermImperial ThermUs SolarRadius SolarMass EarthMass SolarTemperature
	AuTablespoon UkTablespoon ImperialBeerBarrel UsBeerBarrel`

// temperatures are what degrees are in kelvins: degrees × factor + start.
var temperatures = map[string]struct{ factor, start float64 }{
	"Kelvin": {1, 0}, "DegreeCelsius": {1, 273.15}, "MillidegreeCelsius": {1e-3, 273.15}, "DegreeFahrenheit": {5.0 / 9, 459.67 * 5 / 9},
	"DegreeRankine": {5.0 / 9, 0}, "DegreeDelisle": {-2.0 / 3, 373.15}, "DegreeNewton": {100.0 / 33, 273.15}, "DegreeReaumur": {1.25, 273.15},
	"DegreeRoemer": {40.0 / 21, 273.15 - 7.5*40/21},
}

func unitRows() []*Row {
	open := map[string]bool{}
	for _, u := range strings.Fields(unsized) {
		open[u] = true
	}
	row := func(kind string, convert func(x float64, from, to string) any) *Row {
		return scalarRow("convert_"+kind+"(number, string, string) real", "a value in another unit of "+kind, rowwise(column.Double, func(_ *Env, a []any) any {
			x, ok := dynamicNumber(a[0])
			from, to := plainText(a[1]), plainText(a[2])
			for _, u := range []string{from, to} {
				if open[u] {
					return fmt.Errorf("the unit '%s' of convert_%s() is not supported: its size is not specified", u, kind)
				}
			}
			if !ok {
				return nil
			}
			return convert(x, from, to)
		}))
	}
	rows := []*Row{row("temperature", func(x float64, from, to string) any {
		f, ok1 := temperatures[from]
		t, ok2 := temperatures[to]
		if !ok1 || !ok2 {
			return nil
		}
		return (x*f.factor + f.start - t.start) / t.factor
	})}
	for kind, list := range units {
		sizes := map[string]float64{}
		words := strings.Fields(list)
		for i := 0; i < len(words); i += 2 {
			sizes[words[i]] = size(words[i+1])
		}
		rows = append(rows, row(kind, func(x float64, from, to string) any {
			f, ok1 := sizes[from]
			t, ok2 := sizes[to]
			if !ok1 || !ok2 {
				return nil
			}
			return x * f / t
		}))
	}
	return rows
}

// size reads a number or a quotient of two.
func size(text string) float64 {
	over, under, divided := strings.Cut(text, "/")
	x, _ := strconv.ParseFloat(over, 64)
	if !divided {
		return x
	}
	y, _ := strconv.ParseFloat(under, 64)
	return x / y
}
