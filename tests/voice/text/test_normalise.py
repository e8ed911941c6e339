"""What is written and what is said: the table that sellers care about."""

from __future__ import annotations

import pytest

from sosie.types import Language
from sosie.voice.text import read


def said(text: str, language: Language) -> str:
    """All that is spoken, single spaces, punctuation left out."""
    spoken = "".join(
        piece.spoken if piece.is_word else " "
        for clause in read(text, language).clauses
        for run in clause.runs
        for piece in run.pieces
    )
    return " ".join(spoken.replace(",", " ").split())


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("299元", "两百九十九元"),
        ("158元", "一百五十八元"),
        ("149.5元", "一百四十九点五元"),
        ("￥299", "两百九十九元"),
        ("¥1,299.00", "一千两百九十九元"),
        ("49.90元", "四十九点九元"),
        ("100-200元", "一百到两百元"),
        ("¥99~199", "九十九到一百九十九元"),
        ("¥3.5万", "三点五万元"),
        ("$19.99", "十九点九九美元"),
        ("158元/件", "一百五十八元每件"),
        ("5折", "五折"),
        ("50%", "百分之五十"),
        ("５０％", "百分之五十"),
        ("10%-20%", "百分之十到百分之二十"),
        ("2024年12月5日", "二零二四年十二月五日"),
        ("2024-12-05", "二零二四年十二月五日"),
        ("上午9:30", "上午九点三十分"),
        ("20：00", "二十点整"),
        ("8:05", "八点零五分"),
        ("20:00-22:00", "二十点整到二十二点整"),
        ("13812345678", "幺三八 幺二三四 五六七八"),
        ("单号202408150012", "单号二零二四 零八幺五 零零幺二"),
        ("400-800-1234", "四零零 八零零 幺二三四"),
        ("2个", "两个"),
        ("第2件半价", "第二件半价"),
        ("12个", "十二个"),
        ("2月2日", "二月二日"),
        ("3/4", "四分之三"),
        ("比例3:1", "比例三比一"),
        ("2.5kg", "二点五公斤"),
        ("500mL", "五百毫升"),
        ("5000mAh", "五千毫安时"),
        ("-5℃", "负五摄氏度"),
        ("1,000,000人", "一百万人"),
        ("10050", "一万零五十"),
        ("满300减50", "满三百减五十"),
        ("1+1=2", "一加一等于二"),
        ("这款iPhone 15 Pro", "这款iPhone 十五 Pro"),
        ("买A4纸", "买A四纸"),
    ],
)
def test_chinese(written: str, spoken: str) -> None:
    assert said(written, "zh") == spoken


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("$19.99", "nineteen dollars and ninety nine cents"),
        ("$1,299.00", "one thousand two hundred ninety nine dollars"),
        ("€24.50", "twenty four euros and fifty cents"),
        ("24.50 €", "twenty four euros and fifty cents"),
        ("£5", "five pounds"),
        ("£1.01", "one pound and one penny"),
        ("$0.99", "ninety nine cents"),
        ("$1", "one dollar"),
        ("$5-$10", "five to ten dollars"),
        ("10–20 €", "ten to twenty euros"),
        ("$2.5 million", "two point five million dollars"),
        ("299 RMB", "two hundred ninety nine yuan"),
        ("50% off", "fifty percent off"),
        ("-20%", "minus twenty percent"),
        ("in 1999", "in nineteen ninety nine"),
        ("in 2024", "in twenty twenty four"),
        ("in 2005", "in two thousand five"),
        ("1,250 people", "one thousand two hundred fifty people"),
        ("2.5kg", "two point five kilograms"),
        ("1 kg", "one kilogram"),
        ("300 g", "three hundred grams"),
        ("5-10 days", "five to ten days"),
        ("1st, 2nd, 3rd, 12th, 20th", "first second third twelfth twentieth"),
        ("December 5", "December fifth"),
        ("12/05/2024", "December fifth twenty twenty four"),
        ("9:30 pm", "nine thirty P M"),
        ("8 p.m.", "eight P M"),
        ("20:00", "eight P M"),
        ("10:05", "ten oh five"),
        ("9:00", "nine o'clock"),
        ("1-800-555-1234", "one eight hundred five five five one two three four"),
        ("24/7", "twenty four seven"),
        ("3/4 cup", "three quarters cup"),
        ("USB-C, MP3, 5G", "USB-C MP three five G"),
        ("Tom & Jerry", "Tom and Jerry"),
        ("20°C", "twenty degrees Celsius"),
        ("#1", "number one"),
    ],
)
def test_english(written: str, spoken: str) -> None:
    assert said(written, "en") == spoken


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("24,50 €", "24 euros 50"),
        ("199,90 €", "199 euros 90"),
        ("1 299 €", "1299 euros"),
        ("1\u202f299,00\u00a0€", "1299 euros"),
        ("0,99 €", "99 centimes"),
        ("1,50 €", "un euro 50"),
        ("24€50", "24 euros 50"),
        ("€24.50", "24 euros 50"),
        ("10-20 €", "10 à 20 euros"),
        ("20 %", "20 pour cent"),
        ("-58 %", "moins 58 pour cent"),
        ("9h30", "neuf heures 30"),
        ("1h05", "une heure 5"),
        ("21 h", "vingt et une heures"),
        ("9:30", "neuf heures 30"),
        ("le 05/12/2024", "le 5 décembre 2024"),
        ("le 1er mai", "le premier mai"),
        ("la 2e fois", "la deuxième fois"),
        ("01 23 45 67 89", "zéro 1 23 45 67 89"),
        ("3,5 kg", "3 virgule 5 kilos"),
        ("0,05 %", "0 virgule 0 5 pour cent"),
        ("5-10 jours", "5 à 10 jours"),
        ("24h/24", "24 heures sur 24"),
        ("3/4", "3 quarts"),
        ("M. Dupont et Mme Durand", "Monsieur Dupont et Madame Durand"),
    ],
)
def test_french(written: str, spoken: str) -> None:
    assert said(written, "fr") == spoken


def test_a_price_is_one_written_word_with_its_own_words() -> None:
    (clause,) = read("Only $19.99 today", "en").clauses
    assert [(piece.written, piece.is_word) for run in clause.runs for piece in run.pieces if piece.is_word] == [
        ("Only", True),
        ("$19.99", True),
        ("today", True),
    ]
